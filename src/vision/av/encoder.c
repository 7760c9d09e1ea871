/* Settings that any player takes: 4:2:0, no pictures out of order, a whole picture at least every two seconds, so that it
 * can be wound. */
#include "vision/av/encoder.h"

#include <math.h>

enum { WOUND = 2, THREADS = 2, LARGEST_BASE = 65535 };
#define HD 720 /* rows from which players take a film's colours for BT.709 */

/* A quality of 3 on MPEG-4's scale of 1 (best) to 31 is 3 · 118 in libavcodec's. */
const dk_encoder_kind dk_encoder_kinds[] = {
    {"libx264", DK_CODEC_H264, "preset=veryfast,crf=20", 0},
    {"libopenh264", DK_CODEC_H264, "", .15},
    {"libvpx-vp9", DK_CODEC_VP9, "crf=31,b=0,deadline=realtime,cpu-used=7,row-mt=1", 0},
    {"mpeg4", DK_CODEC_MPEG4, "flags=+qscale,global_quality=354", 0},
    {NULL, DK_CODEC_NONE, NULL, 0},
};

/* The pixels are those of screens: primaries and curve of BT.709. Its matrix comes with HD, below that it is BT.601's, so
 * that players which look at the size alone are right, too; MPEG-4 cannot say and is always read as BT.601. */
static void set_colours(AVCodecContext *c, const dk_encoder_kind *kind) {
    const bool hd = c->height >= HD && kind->codec != DK_CODEC_MPEG4;
    c->color_range = AVCOL_RANGE_MPEG;
    c->color_primaries = AVCOL_PRI_BT709;
    c->color_trc = AVCOL_TRC_BT709;
    c->colorspace = hd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
    c->chroma_sample_location = AVCHROMA_LOC_LEFT;
}

/* Time counts in frames; MPEG-4 has 16 bits for the rate, hence the nearest that fits. */
static void set_times(AVCodecContext *c, const dk_film_conf *conf) {
    const double fps = (double)conf->rate.frames / conf->rate.seconds;
    av_reduce(&c->time_base.num, &c->time_base.den, conf->rate.seconds, conf->rate.frames, LARGEST_BASE);
    c->framerate = av_inv_q(c->time_base);
    c->gop_size = (int)fmax(1, round(WOUND * fps));
    c->max_b_frames = 0;
}

/* NULL: it does not open. */
static AVCodecContext *open_kind(const dk_encoder_kind *kind, const dk_film_conf *conf, bool header) {
    const AVCodec *encoder = avcodec_find_encoder_by_name(kind->name);
    AVCodecContext *c = encoder != NULL ? avcodec_alloc_context3(encoder) : NULL;
    AVDictionary *options = NULL;
    if (c == NULL) {
        return NULL;
    }
    c->width = conf->w;
    c->height = conf->h;
    c->pix_fmt = AV_PIX_FMT_YUV420P;
    c->sample_aspect_ratio = (AVRational){1, 1};
    c->thread_count = THREADS;
    c->flags |= header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0;
    set_times(c, conf);
    set_colours(c, kind);
    if (kind->bits > 0) {
        c->bit_rate = llround(kind->bits * conf->w * conf->h / av_q2d(c->time_base));
    }
    const bool good = av_dict_parse_string(&options, kind->options, "=", ",", 0) >= 0 &&
                      avcodec_open2(c, encoder, &options) >= 0;
    av_dict_free(&options);
    if (!good) {
        avcodec_free_context(&c);
    }
    return c;
}

dk_status dk_encoder_open(AVCodecContext **out, const dk_encoder_kind *kinds, const dk_film_conf *conf,
                          bool header, dk_codec *codec, dk_error *err) {
    for (const dk_codec *wanted = conf->container->codecs; *wanted != DK_CODEC_NONE; wanted++) {
        for (const dk_encoder_kind *kind = kinds; kind->name != NULL; kind++) {
            *out = kind->codec == *wanted ? open_kind(kind, conf, header) : NULL;
            if (*out != NULL) {
                *codec = *wanted;
                return DK_OK;
            }
        }
    }
    return dk_fail(err, DK_EUNSUPPORTED, "libavcodec of this machine does not encode %s of %dx%d pixels",
                   dk_codec_name(conf->container->codecs[0]), conf->w, conf->h);
}
