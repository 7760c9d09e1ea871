/* Each container has its own way to say how long it is. */
#include "vision/av/length.h"

#include <libavutil/parseutils.h>
#include <math.h>
#include <string.h>

static bool is_kind(const AVFormatContext *format, const char *container) {
    return strncmp(format->iformat->name, container, strlen(container)) == 0;
}

/* MP4 and MOV have a row for each frame; those that an edit list cuts away are decoded but not to be shown. */
static long count(const AVFormatContext *format, const AVStream *video) {
    long frames = 0;
    AVStream *rows = format->streams[video->index]; /* the same, which libavformat 59 wants without const */
    for (int i = 0; is_kind(format, "mov") && i < avformat_index_get_entries_count(rows); i++) {
        frames += (avformat_index_get_entry(rows, i)->flags & AVINDEX_DISCARD_FRAME) == 0;
    }
    return frames;
}

/* Matroska's muxers note where each stream ends, from 0 as the film does. Seconds; 0: not noted. */
static double noted_end(const AVStream *video) {
    int64_t end = 0;
    const AVDictionaryEntry *tag = av_dict_get(video->metadata, "DURATION", NULL, 0);
    return tag != NULL && av_parse_time(&end, tag->value, 1) >= 0 ? (double)end / AV_TIME_BASE : 0;
}

/* The film may be longer than its pictures, which may begin late. */
static double seconds(const AVFormatContext *format, const AVStream *video) {
    const double unit = av_q2d(video->time_base);
    const double begin = format->start_time == AV_NOPTS_VALUE ? 0 : (double)format->start_time / AV_TIME_BASE;
    const double start = video->start_time == AV_NOPTS_VALUE ? begin : (double)video->start_time * unit;
    if (is_kind(format, "avi") && video->nb_frames > 0) { /* what its header says, in frames of even length */
        return (double)video->nb_frames * unit;
    }
    if (video->duration > 0) {
        return (double)video->duration * unit;
    }
    if (format->duration <= 0) {
        return 0;
    }
    const double end = begin + (double)format->duration / AV_TIME_BASE, noted = noted_end(video);
    return fmax((noted > 0 ? fmin(noted, end) : end) - start, 0);
}

dk_capture_length dk_length_of(const AVFormatContext *format, const AVStream *video) {
    return (dk_capture_length){count(format, video), seconds(format, video)};
}
