/* From B G R to Y' Cb Cr 4:2:0, by libswscale; once more only where a size changes is it looked where the frame goes. */
#include "vision/av/screen.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { BLACK = 16, GREY = 128, ONE = 1 << 16 };

static int even(double side) {
    return (int)fmax(2, 2 * round(side / 2));
}

/* The largest place of the frame's shape, in the middle, at even pixels because four share a colour. A frame that lacks
 * but a row or column is not scaled. */
static void find_place(dk_screen *s, int w, int h) {
    const int room_w = s->frame->width, room_h = s->frame->height;
    const bool fits = w + (w & 1) == room_w && h + (h & 1) == room_h;
    const double scale = fmin((double)room_w / w, (double)room_h / h);
    s->w = fits ? w : (int)fmin(room_w, even(scale * w));
    s->h = fits ? h : (int)fmin(room_h, even(scale * h));
    s->x = (room_w - s->w) / 4 * 2;
    s->y = (room_h - s->h) / 4 * 2;
}

/* From a column on, an even one, all rows. */
static void blacken(const dk_screen *s, int from) {
    for (int p = 0; p < 3; p++) {
        const int by = p == 0 ? 1 : 2, skip = from / by;
        for (int y = 0; y < s->frame->height / by; y++) {
            memset(s->frame->data[p] + (ptrdiff_t)y * s->frame->linesize[p] + skip, p == 0 ? BLACK : GREY,
                   (size_t)(s->frame->width / by - skip));
        }
    }
}

/* The last row and column once more, where the picture has one that the frame has not; four pixels' colour covers it. */
static void repeat_edge(dk_screen *s) {
    uint8_t *luma = s->frame->data[0];
    const ptrdiff_t stride = s->frame->linesize[0];
    for (int y = 0; y < s->h && (s->w & 1) != 0; y++) {
        luma[y * stride + s->w] = luma[y * stride + s->w - 1];
    }
    if ((s->h & 1) != 0) {
        memcpy(luma + s->h * stride, luma + (s->h - 1) * stride, (size_t)s->frame->width);
    }
}

static dk_status follow_size(dk_screen *s, const dk_frame *from, dk_error *err) {
    const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP;
    find_place(s, from->w, from->h);
    blacken(s, 0);
    s->scaler = sws_getCachedContext(s->scaler, from->w, from->h, AV_PIX_FMT_BGR24, s->w, s->h,
                                     AV_PIX_FMT_YUV420P, flags, NULL, NULL, NULL);
    const int *to =
        sws_getCoefficients(s->frame->colorspace == AVCOL_SPC_BT709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
    if (s->scaler == NULL || sws_setColorspaceDetails(s->scaler, to, 1, to, 0, 0, ONE, ONE) < 0) {
        return dk_fail(err, DK_EUNSUPPORTED, "frames of %dx%d pixels cannot become ones of %dx%d", from->w,
                       from->h, s->w, s->h);
    }
    s->from_w = from->w;
    s->from_h = from->h;
    return DK_OK;
}

dk_status dk_screen_open(dk_screen *s, const AVCodecContext *encoder, dk_error *err) {
    *s = (dk_screen){.frame = av_frame_alloc()};
    if (s->frame != NULL) {
        s->frame->format = encoder->pix_fmt;
        s->frame->width = encoder->width;
        s->frame->height = encoder->height;
        s->frame->color_range = encoder->color_range;
        s->frame->color_primaries = encoder->color_primaries;
        s->frame->color_trc = encoder->color_trc;
        s->frame->colorspace = encoder->colorspace;
    }
    if (s->frame == NULL || av_frame_get_buffer(s->frame, 0) < 0) {
        return dk_no_memory(err, 3 * (size_t)encoder->width * (size_t)encoder->height / 2,
                            "a film's picture");
    }
    return DK_OK;
}

dk_status dk_screen_show(dk_screen *s, const dk_frame *from, dk_error *err) {
    if (av_frame_make_writable(s->frame) < 0) { /* the encoder may still read the last one */
        return dk_no_memory(err, from->room, "a film's picture");
    }
    if (from->w != s->from_w || from->h != s->from_h) {
        DK_TRY(follow_size(s, from, err));
    }
    const AVFrame *to = s->frame;
    uint8_t *planes[4] = {to->data[0] + s->y * to->linesize[0] + s->x,
                          to->data[1] + s->y / 2 * to->linesize[1] + s->x / 2,
                          to->data[2] + s->y / 2 * to->linesize[2] + s->x / 2};
    const uint8_t *const pixels[4] = {from->bgr};
    sws_scale(s->scaler, pixels, (const int[4]){3 * from->w}, 0, from->h, planes, to->linesize);
    blacken(s, s->x + s->w + (s->w & 1)); /* its vector code writes past the last column */
    repeat_edge(s);
    return DK_OK;
}

void dk_screen_close(dk_screen *s) {
    av_frame_free(&s->frame);
    sws_freeContext(s->scaler);
    *s = (dk_screen){0};
}
