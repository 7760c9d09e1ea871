/* WebP through libwebp. The file is chunks behind "RIFF", a size and "WEBP": a name, a size, that many bytes and one
 * more where they are odd. Of an animation the first frame is decoded, onto a black canvas; alpha is taken over black.
 * Always three channels. Source: the WebP container specification. */
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>

#include "base/arena.h"
#include "image/codec.h"

enum { HEADER = 12, CHUNK = 8, FRAME = 16 };
#define PIXELS_PER_BYTE                                                                                      \
    4096 /* more than real pictures have; a lossless one of a single colour is all header */

typedef struct {
    const uint8_t *bytes;
    size_t size;
} part;

/* What is decoded, and where on the canvas it lies. */
typedef struct {
    part frame, exif;
    int x, y;
} parts;

static uint32_t read24(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

/* The first chunk of the name. One that the file's end cuts short is none. */
static part find_chunk(const uint8_t *bytes, size_t size, const char *name) {
    for (size_t at = HEADER; at < size && size - at >= CHUNK;) {
        const size_t length = read24(bytes + at + 4) | (size_t)bytes[at + 7] << 24, rest = size - at - CHUNK;
        if (length > rest) {
            break;
        }
        if (memcmp(bytes + at, name, 4) == 0) {
            return (part){bytes + at + CHUNK, length};
        }
        at += CHUNK + length + (length & 1);
    }
    return (part){NULL, 0};
}

static dk_status fail_read(VP8StatusCode code, const char *name, dk_error *err) {
    switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the WebP was read", name);
    case VP8_STATUS_NOT_ENOUGH_DATA:
        return dk_fail(err, DK_EFORMAT, "%s: WebP ends early", name);
    case VP8_STATUS_UNSUPPORTED_FEATURE:
        return dk_fail(err, DK_EUNSUPPORTED, "%s: WebP of a kind that is not read", name);
    default:
        return dk_fail(err, DK_EFORMAT, "%s: WebP is broken", name);
    }
}

/* The first frame of an animation: its place in units of two pixels, sizes, duration, flags, then chunks of its own. */
static dk_status find_frame(parts *p, const uint8_t *bytes, size_t size, const char *name, dk_error *err) {
    const part frame = find_chunk(bytes, size, "ANMF");
    if (frame.size < FRAME) {
        return dk_fail(err, DK_EFORMAT, "%s: WebP ends early (no frame of its animation is there)", name);
    }
    p->x = 2 * (int)read24(frame.bytes);
    p->y = 2 * (int)read24(frame.bytes + 3);
    p->frame = (part){frame.bytes + FRAME, frame.size - FRAME};
    return DK_OK;
}

/* Decodes the frame to `to` and on, rows of `stride` bytes. */
static dk_status decode(const part *frame, WEBP_CSP_MODE mode, uint8_t *to, size_t room, int stride,
                        const char *name, dk_error *err) {
    WebPDecoderConfig config;
    if (WebPInitDecoderConfig(&config) == 0) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: libwebp is another version than this was built for", name);
    }
    config.output.colorspace = mode;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = to;
    config.output.u.RGBA.stride = stride;
    config.output.u.RGBA.size = room;
    const VP8StatusCode code = WebPDecode(frame->bytes, frame->size, &config);
    return code == VP8_STATUS_OK ? DK_OK : fail_read(code, name, err);
}

static void lay_over_black(const uint8_t *rgba, int w, int h, uint8_t *to, size_t stride) {
    for (int y = 0; y < h; y++, to += stride) {
        uint8_t *rgb = to;
        for (int x = 0; x < w; x++, rgba += 4, rgb += 3) {
            for (int c = 0; c < 3; c++) {
                rgb[c] = dk_over_black(rgba[c], rgba[3]);
            }
        }
    }
}

static dk_status draw(const parts *p, const WebPBitstreamFeatures *f, dk_image *image, const char *name,
                      dk_error *err) {
    const size_t stride = (size_t)image->w * 3, at = (size_t)p->y * stride + (size_t)p->x * 3;
    if (!f->has_alpha) {
        return decode(&p->frame, MODE_RGB, image->pixels + at, stride * (size_t)image->h - at, (int)stride,
                      name, err);
    }
    const size_t bytes = (size_t)f->width * (size_t)f->height * 4;
    uint8_t *const rgba = calloc(bytes, 1);
    if (rgba == NULL) {
        return dk_no_memory(err, bytes, "a picture");
    }
    const dk_status status = decode(&p->frame, MODE_RGBA, rgba, bytes, f->width * 4, name, err);
    if (status == DK_OK) {
        lay_over_black(rgba, f->width, f->height, image->pixels + at, stride);
    }
    free(rgba);
    return status;
}

dk_status dk_webp_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                         const char *name, dk_error *err) {
    parts p = {.frame = {bytes, size}, .exif = find_chunk(bytes, size, "EXIF")};
    WebPBitstreamFeatures canvas, frame;
    VP8StatusCode code = WebPGetFeatures(bytes, size, &canvas);
    if (code != VP8_STATUS_OK) {
        return fail_read(code, name, err);
    }
    const uint64_t pixels = (uint64_t)canvas.width * (uint64_t)canvas.height;
    const unsigned long w = (unsigned long)canvas.width, h = (unsigned long)canvas.height;
    const dk_density density = {"WebP", w, h, pixels, PIXELS_PER_BYTE, true};
    DK_TRY(dk_image_check_size(w, h, name, err));
    DK_TRY(dk_image_check_density(&density, size, name, err));
    if (canvas.has_animation) {
        DK_TRY(find_frame(&p, bytes, size, name, err));
    }
    code = WebPGetFeatures(p.frame.bytes, p.frame.size, &frame);
    if (code != VP8_STATUS_OK) {
        return fail_read(code, name, err);
    }
    if (frame.width > canvas.width - p.x || frame.height > canvas.height - p.y) {
        return fail_read(VP8_STATUS_BITSTREAM_ERROR, name, err);
    }
    *orientation = dk_exif_orientation(p.exif.bytes, p.exif.size);
    DK_TRY(dk_image_new(out, canvas.width, canvas.height, 3, err));
    return draw(&p, &frame, *out, name, err);
}
