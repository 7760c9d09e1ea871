/* Frames out, into a film, by libavformat and libavcodec: OpenCV's writer, which has them from there, tells nobody when
 * the disk is full, and puts the index behind the pictures. */
#include "vision/av/film.h"

#include <libavformat/avformat.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "vision/av/screen.h"
#include "vision/module.h"

struct dk_film {
    dk_vision_object object;
    AVFormatContext *file;
    AVCodecContext *encoder;
    AVPacket *packet;
    dk_screen screen;
    AVRational place; /* seconds from one picture to the next */
    int64_t written;
    dk_status status; /* of the first call that failed */
    dk_error why;
};

static dk_status failed(const dk_film *f, dk_error *err) {
    return dk_fail(err, f->status, "%s", f->why.text);
}

static dk_status fail(dk_film *f, int code, dk_error *err) {
    char text[AV_ERROR_MAX_STRING_SIZE];
    f->status = dk_fail(&f->why, code == AVERROR(ENOMEM) ? DK_ENOMEM : DK_EIO, "%s",
                        av_make_error_string(text, sizeof text, code));
    return failed(f, err);
}

/* libavformat takes what is before a colon for a protocol, hence the one that takes the rest as it is. */
static char *address(const char *path) {
    char *text = NULL;
    return asprintf(&text, "file:%s", path) < 0 ? NULL : text;
}

static int open_file(dk_film *f, const char *path, const dk_film_conf *conf) {
    char *name = address(path);
    int code = name == NULL ? AVERROR(ENOMEM)
                            : avformat_alloc_output_context2(&f->file, NULL, conf->container->muxer, name);
    free(name);
    if (code >= 0) {
        f->file->flags |= AVFMT_FLAG_BITEXACT; /* one film, one file: no versions in it */
        code = avio_open(&f->file->pb, f->file->url, AVIO_FLAG_WRITE);
    }
    return code < 0 ? code : 0;
}

static int begin_file(dk_film *f, const dk_film_conf *conf) {
    AVStream *stream = avformat_new_stream(f->file, NULL);
    AVDictionary *options = NULL;
    f->packet = av_packet_alloc();
    if (stream == NULL || f->packet == NULL) {
        return AVERROR(ENOMEM);
    }
    stream->time_base = f->place;
    stream->avg_frame_rate = stream->r_frame_rate = av_inv_q(f->place);
    stream->sample_aspect_ratio = f->encoder->sample_aspect_ratio;
    int code = avcodec_parameters_from_context(stream->codecpar, f->encoder);
    code = code < 0 ? code : av_dict_parse_string(&options, conf->container->options, "=", ",", 0);
    code = code < 0 ? code : avformat_write_header(f->file, &options);
    av_dict_free(&options);
    return code < 0 ? code : 0;
}

static dk_status open_parts(dk_film *f, const char *path, const dk_film_conf *conf,
                            const dk_encoder_kind *kinds, dk_codec *codec, dk_error *err) {
    int code = open_file(f, path, conf);
    if (code < 0) {
        return fail(f, code, err);
    }
    const bool header = (f->file->oformat->flags & AVFMT_GLOBALHEADER) != 0;
    DK_TRY(dk_encoder_open(&f->encoder, kinds, conf, header, codec, err));
    code = begin_file(f, conf);
    return code < 0 ? fail(f, code, err) : dk_screen_open(&f->screen, f->encoder, err);
}

static void free_film(dk_film *f) {
    dk_screen_close(&f->screen);
    av_packet_free(&f->packet);
    avcodec_free_context(&f->encoder);
    if (f->file != NULL) {
        avio_closep(&f->file->pb);
    }
    avformat_free_context(f->file);
    free(f);
}

dk_status dk_film_open_with(dk_film **out, const char *path, const dk_film_conf *conf,
                            const dk_encoder_kind *kinds, dk_codec *codec, dk_error *err) {
    dk_film *f = calloc(1, sizeof *f);
    *out = NULL;
    if (f == NULL) {
        return dk_no_memory(err, sizeof *f, "a film");
    }
    av_log_set_level(AV_LOG_QUIET); /* what matters comes back as errors */
    f->object.functions = &dk_vision_module;
    f->place = (AVRational){conf->rate.seconds, conf->rate.frames};
    const dk_status status = open_parts(f, path, conf, kinds, codec, err);
    if (status != DK_OK) {
        free_film(f);
        return status;
    }
    *out = f;
    return DK_OK;
}

dk_status dk_film_open(dk_film **out, const char *path, const dk_film_conf *conf, dk_codec *codec,
                       dk_error *err) {
    return dk_film_open_with(out, path, conf, dk_encoder_kinds, codec, err);
}

/* What the encoder has ready goes into the file. */
static int put_packets(dk_film *f) {
    AVStream *stream = f->file->streams[0];
    int code = avcodec_receive_packet(f->encoder, f->packet);
    for (; code >= 0; code = avcodec_receive_packet(f->encoder, f->packet)) {
        f->packet->duration = 1;
        av_packet_rescale_ts(f->packet, f->place, stream->time_base);
        code = av_write_frame(f->file, f->packet);
        av_packet_unref(f->packet);
        if (code < 0) {
            return code;
        }
    }
    return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
}

dk_status dk_film_repeat(dk_film *f, long times, dk_error *err) {
    int code = 0;
    for (long i = 0; i < times && code >= 0 && f->status == DK_OK; i++) {
        f->screen.frame->pts = f->written++;
        code = avcodec_send_frame(f->encoder, f->screen.frame);
        code = code < 0 ? code : put_packets(f);
    }
    if (code < 0) {
        return fail(f, code, err);
    }
    return f->status == DK_OK ? DK_OK : failed(f, err);
}

dk_status dk_film_write(dk_film *f, const dk_frame *frame, dk_error *err) {
    if (f->status == DK_OK) {
        f->status = dk_screen_show(&f->screen, frame, &f->why);
    }
    return dk_film_repeat(f, 1, err);
}

static int finish(dk_film *f) {
    int code = avcodec_send_frame(f->encoder, NULL);
    code = code < 0 ? code : put_packets(f);
    code = code < 0 ? code : av_write_trailer(f->file);
    avio_flush(f->file->pb);
    code = code < 0 ? code : f->file->pb->error;
    const int closed = avio_closep(&f->file->pb);
    return code < 0 ? code : closed;
}

dk_status dk_film_close(dk_film *f, dk_error *err) {
    if (f == NULL) {
        return DK_OK;
    }
    const int code = f->status == DK_OK ? finish(f) : 0;
    const dk_status status = code < 0 ? fail(f, code, err) : f->status == DK_OK ? DK_OK : failed(f, err);
    free_film(f);
    return status;
}
