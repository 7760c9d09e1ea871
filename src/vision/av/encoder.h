/* Which encoders of libavcodec films are made with, and how. */
#ifndef DK_VISION_AV_ENCODER_H
#define DK_VISION_AV_ENCODER_H

#include <libavcodec/avcodec.h>

#include "vision/vision.h"

typedef struct {
    const char *name; /* in libavcodec */
    dk_codec codec;
    const char *options; /* "preset=veryfast,crf=20" */
    double bits;         /* for each pixel of a frame, where quality cannot be asked for; 0: it can */
} dk_encoder_kind;

/* Encoders in software, best first; ends with a name NULL. Those of hardware fail in too many ways. */
extern const dk_encoder_kind dk_encoder_kinds[];

/* Of the kinds the first that this machine has and that opens, for the container's first codec, else its second. header:
 * the container wants the codec's settings at its beginning. */
DK_CHECKED dk_status dk_encoder_open(AVCodecContext **out, const dk_encoder_kind *kinds,
                                     const dk_film_conf *conf, bool header, dk_codec *codec, dk_error *err);

#endif
