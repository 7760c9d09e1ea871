/* The way of a film: packets of the container ▶ the decoder, which keeps some frames back ▶ frames ▶ B G R, upright. */
#include "vision/av/reader.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "vision/av/length.h"
#include "vision/av/upright.h"

#define PATIENCE 5.0  /* seconds after which a server counts as dead */
#define FASTEST 240.0 /* frames a second; higher rates are those of a film's clock */

enum {
    DAMAGED = 1000, /* reads or decodings in a row that fail before a film counts as over */
    THREADS = 4     /* of the decoder, on every machine: what it makes of a damaged film depends on them */
};

struct dk_reader {
    AVFormatContext *format;
    AVStream *video;
    AVCodecContext *codec;
    AVPacket *packet;
    AVFrame *frame;
    dk_upright upright;
    double until; /* clock at which what blocks gives up */
    bool live;    /* an address without a length */
    bool over;    /* no packet will come */
};

static int too_late(void *user) {
    const dk_reader *r = user;
    return dk_clock_now() > r->until;
}

/* ---- opening ---- */

/* libavformat takes what is before a colon for a protocol, hence the one that takes the rest as it is. */
static char *address(const char *source) {
    char *text = NULL;
    return asprintf(&text, "%s%s", dk_capture_is_file(source) ? "file:" : "", source) < 0 ? NULL : text;
}

static int open_format(dk_reader *r, const char *source) {
    char *name = address(source);
    AVDictionary *options = NULL;
    r->format = avformat_alloc_context();
    if (name == NULL || r->format == NULL) {
        free(name);
        return AVERROR(ENOMEM);
    }
    r->format->interrupt_callback = (AVIOInterruptCB){too_late, r};
    r->until = dk_clock_now() + PATIENCE;
    av_dict_set(&options, "rtsp_flags", "prefer_tcp", 0);
    const int code = avformat_open_input(&r->format, name, NULL, &options); /* frees it when it fails */
    av_dict_free(&options);
    free(name);
    return code < 0 ? code : avformat_find_stream_info(r->format, NULL);
}

static int pick_stream(dk_reader *r, const char *source, const AVCodec **decoder) {
    const int best = av_find_best_stream(r->format, AVMEDIA_TYPE_VIDEO, -1, -1, decoder, 0);
    if (best < 0) {
        return best;
    }
    for (int i = 0; i < (int)r->format->nb_streams; i++) {
        r->format->streams[i]->discard = i == best ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    r->video = r->format->streams[best];
    r->live = !dk_capture_is_film(source) && r->format->duration <= 0 && r->video->nb_frames <= 0;
    return 0;
}

/* A decoder that works on several frames at a time hands each out later by as many, which a camera cannot wait for. */
static int open_codec(dk_reader *r, const AVCodec *decoder) {
    r->codec = avcodec_alloc_context3(decoder);
    r->packet = av_packet_alloc();
    r->frame = av_frame_alloc();
    if (r->codec == NULL || r->packet == NULL || r->frame == NULL) {
        return AVERROR(ENOMEM);
    }
    const int code = avcodec_parameters_to_context(r->codec, r->video->codecpar);
    r->codec->pkt_timebase = r->video->time_base;
    r->codec->thread_count = THREADS;
    r->codec->thread_type = r->live ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE;
    return code < 0 ? code : avcodec_open2(r->codec, decoder, NULL);
}

static int open_parts(dk_reader *r, const char *source) {
    const AVCodec *decoder = NULL;
    int code = open_format(r, source);
    code = code < 0 ? code : pick_stream(r, source, &decoder);
    return code < 0 ? code : open_codec(r, decoder);
}

dk_status dk_reader_open(dk_reader **out, const char *source, dk_capture_info *info, dk_error *err) {
    dk_reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (r == NULL) {
        return dk_no_memory(err, sizeof *r, "the film");
    }
    const int code = open_parts(r, source);
    if (code < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        dk_reader_close(r);
        return dk_fail(err, code == AVERROR(ENOMEM) ? DK_ENOMEM : DK_EFORMAT, "%s",
                       av_make_error_string(text, sizeof text, code));
    }
    const AVRational rate = av_guess_frame_rate(r->format, r->video, NULL);
    const double fps = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0;
    *info = (dk_capture_info){r->live, fps <= FASTEST ? fps : 0};
    *out = r;
    return DK_OK;
}

/* ---- reading ---- */

/* The next packet to the decoder, false where none came. Damaged ones of a film are passed over; a server that does not
 * answer is not asked again. */
static bool feed(dk_reader *r) {
    for (int failed = 0; !r->over;) {
        r->until = dk_clock_now() + PATIENCE;
        const int code = av_read_frame(r->format, r->packet);
        if (code >= 0) {
            const bool fed =
                r->packet->stream_index == r->video->index && avcodec_send_packet(r->codec, r->packet) >= 0;
            av_packet_unref(r->packet);
            if (fed) {
                return true;
            }
        } else {
            r->over = code == AVERROR_EOF || r->live || too_late(r) || ++failed > DAMAGED;
        }
    }
    return false;
}

/* False: there is no further frame. */
static bool decode(dk_reader *r) {
    for (int failed = 0; failed < DAMAGED;) {
        const int code = avcodec_receive_frame(r->codec, r->frame);
        if (code >= 0 || code == AVERROR_EOF) {
            return code >= 0;
        }
        if (code != AVERROR(EAGAIN)) {
            failed++;
        } else if (!feed(r) && (r->live || avcodec_send_packet(r->codec, NULL) < 0)) {
            return false; /* else the frames that it kept back come now */
        }
    }
    return false;
}

dk_status dk_reader_read(dk_reader *r, dk_frame *frame, bool *end, dk_error *err) {
    *end = !decode(r);
    if (*end) {
        return DK_OK;
    }
    const int64_t stamp = r->frame->best_effort_timestamp;
    frame->time = stamp != AV_NOPTS_VALUE ? (double)stamp * av_q2d(r->video->time_base) : NAN;
    return dk_upright_frame(&r->upright, r->frame, r->video, frame, err);
}

dk_capture_length dk_reader_length(const dk_reader *r) {
    return dk_length_of(r->format, r->video);
}

void dk_reader_close(dk_reader *r) {
    if (r == NULL) {
        return;
    }
    dk_upright_close(&r->upright);
    av_frame_free(&r->frame);
    av_packet_free(&r->packet);
    avcodec_free_context(&r->codec);
    avformat_close_input(&r->format);
    free(r);
}
