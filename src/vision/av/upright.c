/* By libswscale from the decoder's format to B G R, then copied row by row, or turned by quarters. */
#include "vision/av/upright.h"

#include <libavutil/display.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { ALIGNED = 64 }; /* bytes of a row, for the widest instructions */

/* Clockwise, 0 to 3. */
static int quarter_turns(const AVStream *video) {
    const uint8_t *matrix = av_stream_get_side_data(video, AV_PKT_DATA_DISPLAYMATRIX, NULL);
    const double degrees = matrix != NULL ? -av_display_rotation_get((const int32_t *)matrix) : 0;
    return isfinite(degrees) ? (int)(lround(degrees / 90) % 4 + 4) % 4 : 0;
}

static dk_status strange(const AVFrame *from, dk_error *err) {
    return dk_fail(err, DK_EUNSUPPORTED, "a frame of %dx%d pixels cannot be converted", from->width,
                   from->height);
}

static dk_status convert(dk_upright *u, const AVFrame *from, dk_error *err) {
    const int w = from->width, h = from->height;
    u->scaler = sws_getCachedContext(u->scaler, w, h, (enum AVPixelFormat)from->format, w, h,
                                     AV_PIX_FMT_BGR24, SWS_BICUBIC, NULL, NULL, NULL);
    if (u->scaler == NULL) {
        return strange(from, err);
    }
    if (u->bgr == NULL || u->bgr->width != w || u->bgr->height != h) {
        av_frame_free(&u->bgr);
        u->bgr = av_frame_alloc();
        if (u->bgr == NULL) {
            return dk_no_memory(err, sizeof *u->bgr, "a frame");
        }
        u->bgr->width = w;
        u->bgr->height = h;
        u->bgr->format = AV_PIX_FMT_BGR24;
        if (av_frame_get_buffer(u->bgr, ALIGNED) < 0) {
            av_frame_free(&u->bgr);
            return dk_no_memory(err, 3 * (size_t)w * (size_t)h, "a frame");
        }
    }
    const bool good = sws_scale(u->scaler, (const uint8_t *const *)from->data, from->linesize, 0, h,
                                u->bgr->data, u->bgr->linesize) == h;
    return good ? DK_OK : strange(from, err);
}

/* Pixel x, y of `to` comes from at + x·right + y·down (bytes) of the lying frame. */
static void turn(dk_frame *to, const AVFrame *lying, int turns) {
    const ptrdiff_t row = lying->linesize[0], w = lying->width, h = lying->height;
    const ptrdiff_t right[] = {3, -row, -3, row}, down[] = {row, 3, -row, -3};
    const ptrdiff_t at[] = {0, (h - 1) * row, (h - 1) * row + (w - 1) * 3, (w - 1) * 3};
    uint8_t *out = to->bgr;
    for (int y = 0; y < to->h; y++) {
        const uint8_t *in = lying->data[0] + at[turns] + y * down[turns];
        if (turns == 0) {
            memcpy(out, in, 3 * (size_t)to->w);
            out += 3 * (size_t)to->w;
            continue;
        }
        for (int x = 0; x < to->w; x++, out += 3, in += right[turns]) {
            memcpy(out, in, 3);
        }
    }
}

dk_status dk_upright_frame(dk_upright *u, const AVFrame *from, const AVStream *video, dk_frame *to,
                           dk_error *err) {
    const int turns = quarter_turns(video);
    const bool lying = turns % 2 != 0;
    DK_TRY(convert(u, from, err));
    DK_TRY(dk_frame_fit(to, lying ? from->height : from->width, lying ? from->width : from->height, err));
    turn(to, u->bgr, turns);
    return DK_OK;
}

void dk_upright_close(dk_upright *u) {
    sws_freeContext(u->scaler);
    av_frame_free(&u->bgr);
    *u = (dk_upright){0};
}
