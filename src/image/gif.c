/* GIF through giflib: the first frame on a canvas of the screen's size, black where the frame is not or is transparent.
 * Always three channels. Nothing behind the frame is read. Source: the GIF89a specification. */
#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/codec.h"

#define PIXELS_PER_BYTE 2731 /* a code of 12 bits stands for 4096 pixels at most */

typedef struct {
    const uint8_t *bytes;
    size_t size, at;
    bool ended;
} source;

/* Behind the end there is one 0 after the other: it ends a row of blocks, which giflib wants to see after the last
 * pixel, and is nothing else that is right. */
static int take(GifFileType *gif, GifByteType *to, int count) {
    source *const s = gif->UserData;
    const size_t rest = s->size - s->at, n = (size_t)count < rest ? (size_t)count : rest;
    memcpy(to, s->bytes + s->at, n);
    s->at += n;
    s->ended = s->ended || n < (size_t)count;
    if (n == 0 && count == 1) {
        *to = 0;
        return 1;
    }
    return (int)n;
}

static dk_status fail_read(const source *s, int code, const char *name, dk_error *err) {
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the GIF was read", name);
    }
    const char *const text = GifErrorString(code);
    const bool early = s->ended || code == D_GIF_ERR_EOF_TOO_SOON || code == 0;
    return dk_fail(err, DK_EFORMAT, "%s: GIF %s (%s)", name, early ? "ends early" : "is broken",
                   text != NULL ? text : "no frame");
}

/* Goes to the next frame's description. Of the extensions before it, one may name the transparent colour. */
static bool find_frame(GifFileType *gif, int *transparent) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    *transparent = NO_TRANSPARENT_COLOR;
    while (DGifGetRecordType(gif, &record) == GIF_OK && record != TERMINATE_RECORD_TYPE) {
        if (record == IMAGE_DESC_RECORD_TYPE) {
            return DGifGetImageDesc(gif) == GIF_OK;
        }
        int code = 0;
        GifByteType *block = NULL;
        bool good = DGifGetExtension(gif, &code, &block) == GIF_OK;
        GraphicsControlBlock control;
        if (good && block != NULL && code == GRAPHICS_EXT_FUNC_CODE &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
            *transparent = control.TransparentColor;
        }
        while (good && block != NULL) {
            good = DGifGetExtensionNext(gif, &block) == GIF_OK;
        }
        if (!good) {
            return false;
        }
    }
    return false;
}

/* The row of the picture that is the i-th of the file. */
static int row_of(const GifImageDesc *frame, int i) {
    static const int first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (int pass = 0; frame->Interlace && pass < 4; pass++) {
        const int rows = (frame->Height - first[pass] + step[pass] - 1) / step[pass];
        if (i < rows) {
            return first[pass] + i * step[pass];
        }
        i -= rows;
    }
    return i;
}

/* Indices without a colour stay black. */
static void colour(const GifPixelType *from, int n, const ColorMapObject *map, int transparent,
                   uint8_t *rgb) {
    for (int x = 0; x < n; x++, rgb += 3) {
        if (from[x] != transparent && from[x] < map->ColorCount) {
            const GifColorType *const c = &map->Colors[from[x]];
            rgb[0] = c->Red;
            rgb[1] = c->Green;
            rgb[2] = c->Blue;
        }
    }
}

static dk_status read_frame(GifFileType *gif, int transparent, dk_image *image, const char *name,
                            dk_error *err) {
    const GifImageDesc *const frame = &gif->Image;
    const ColorMapObject *const map = frame->ColorMap != NULL ? frame->ColorMap : gif->SColorMap;
    if (map == NULL) {
        return dk_fail(err, DK_EFORMAT, "%s: GIF is broken (it has no colours)", name);
    }
    GifPixelType *const row = malloc((size_t)frame->Width);
    if (row == NULL) {
        return dk_no_memory(err, (size_t)frame->Width, "a picture");
    }
    int i = 0;
    for (; i < frame->Height && DGifGetLine(gif, row, frame->Width) == GIF_OK; i++) {
        const size_t y = (size_t)(frame->Top + row_of(frame, i));
        colour(row, frame->Width, map, transparent,
               image->pixels + (y * (size_t)image->w + (size_t)frame->Left) * 3);
    }
    free(row);
    return i == frame->Height ? DK_OK : fail_read(gif->UserData, gif->Error, name, err);
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* A frame that does not fit on the screen makes it larger, as browsers have it. */
static dk_status read_first(dk_image **image, GifFileType *gif, size_t size, const char *name,
                            dk_error *err) {
    int transparent;
    if (!find_frame(gif, &transparent)) {
        return fail_read(gif->UserData, gif->Error, name, err);
    }
    const GifImageDesc *const frame = &gif->Image;
    if (frame->Width < 1 || frame->Height < 1 || frame->Left < 0 || frame->Top < 0) {
        return dk_image_check_size(0, 0, name, err);
    }
    const int w = larger(gif->SWidth, frame->Left + frame->Width);
    const int h = larger(gif->SHeight, frame->Top + frame->Height);
    const unsigned long x = (unsigned long)frame->Width, y = (unsigned long)frame->Height;
    const unsigned long across = (unsigned long)w, down = (unsigned long)h;
    const dk_density drawn = {"GIF", x, y, (uint64_t)x * y, PIXELS_PER_BYTE, false};
    const dk_density canvas = {"GIF", across, down, (uint64_t)across * down, PIXELS_PER_BYTE, true};
    DK_TRY(dk_image_check_size(across, down, name, err));
    DK_TRY(dk_image_check_density(&drawn, size, name, err));
    DK_TRY(dk_image_check_density(&canvas, size, name, err));
    DK_TRY(dk_image_new(image, w, h, 3, err));
    return read_frame(gif, transparent, *image, name, err);
}

dk_status dk_gif_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size, const char *name,
                        dk_error *err) {
    source s = {.bytes = bytes, .size = size};
    int code = 0;
    (void)orientation;
    GifFileType *const gif = DGifOpen(&s, take, &code);
    if (gif == NULL) {
        return fail_read(&s, code, name, err);
    }
    const dk_status status = read_first(out, gif, size, name, err);
    DGifCloseFile(gif, &code);
    return status;
}

/* Passes over a frame's codes without decoding them. */
static bool skip_frame(GifFileType *gif) {
    int size = 0;
    GifByteType *block = NULL;
    bool good = DGifGetCode(gif, &size, &block) == GIF_OK;
    while (good && block != NULL) {
        good = DGifGetCodeNext(gif, &block) == GIF_OK;
    }
    return good;
}

bool dk_gif_moves(const uint8_t *bytes, size_t size) {
    source s = {.bytes = bytes, .size = size};
    int code = 0, transparent;
    GifFileType *const gif = DGifOpen(&s, take, &code);
    const bool moves =
        gif != NULL && find_frame(gif, &transparent) && skip_frame(gif) && find_frame(gif, &transparent);
    if (gif != NULL) {
        DGifCloseFile(gif, &code);
    }
    return moves;
}
