/* Frames: room, copies, and the way from and to pictures (R G B). */
#include "vision/frame.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/image.h"

enum { PAST = 64 }; /* bytes behind the pixels that the vector code of libswscale may read */

dk_status dk_frame_fit(dk_frame *frame, int w, int h, dk_error *err) {
    if (w < 1 || h < 1) {
        return dk_fail(err, DK_ESHAPE, "a frame of %dx%d pixels holds no picture", w, h);
    }
    const size_t bytes = 3 * (size_t)w * (size_t)h + PAST;
    if (bytes > frame->room) {
        free(frame->bgr);
        frame->bgr = malloc(bytes);
        frame->room = frame->bgr != NULL ? bytes : 0;
    }
    if (frame->bgr == NULL) {
        *frame = (dk_frame){0};
        (void)dk_no_memory(err, bytes, "a frame");
        return DK_ENOMEM;
    }
    frame->w = w;
    frame->h = h;
    return DK_OK;
}

dk_status dk_frame_copy(dk_frame *to, const dk_frame *from, dk_error *err) {
    DK_TRY(dk_frame_fit(to, from->w, from->h, err));
    memcpy(to->bgr, from->bgr, 3 * (size_t)from->w * (size_t)from->h);
    to->number = from->number;
    to->time = from->time;
    to->taken = from->taken;
    to->name = from->name;
    return DK_OK;
}

/* Three bytes in reverse: R G B and B G R. */
static void swap(uint8_t *to, const uint8_t *from, size_t pixels) {
    for (size_t i = 0; i < pixels; i++, to += 3, from += 3) {
        const uint8_t first = from[0];
        to[0] = from[2];
        to[1] = from[1];
        to[2] = first;
    }
}

dk_status dk_frame_from_image(dk_frame *to, const dk_image *image, dk_error *err) {
    const size_t pixels = (size_t)image->w * (size_t)image->h;
    DK_TRY(dk_frame_fit(to, image->w, image->h, err));
    if (image->c == 3) {
        swap(to->bgr, image->pixels, pixels);
        return DK_OK;
    }
    for (size_t i = 0; i < pixels; i++) {
        memset(to->bgr + 3 * i, image->pixels[i], 3);
    }
    return DK_OK;
}

dk_status dk_frame_to_image(dk_image **to, const dk_frame *from, dk_error *err) {
    DK_TRY(dk_image_new(to, from->w, from->h, 3, err));
    swap((*to)->pixels, from->bgr, (size_t)from->w * (size_t)from->h);
    return DK_OK;
}

void dk_frame_mirror(dk_frame *frame) {
    for (int y = 0; y < frame->h; y++) {
        uint8_t *left = frame->bgr + 3 * (size_t)y * (size_t)frame->w;
        uint8_t *right = left + 3 * ((size_t)frame->w - 1);
        for (; left < right; left += 3, right -= 3) {
            uint8_t kept[3];
            memcpy(kept, left, 3);
            memcpy(left, right, 3);
            memcpy(right, kept, 3);
        }
    }
}

void dk_frame_free(dk_frame *frame) {
    free(frame->bgr);
    *frame = (dk_frame){0};
}
