/* Decoded frames as B G R, turned as the film says that the camera was held. */
#ifndef DK_VISION_AV_UPRIGHT_H
#define DK_VISION_AV_UPRIGHT_H

#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

#include "vision/frame.h"

/* Begins zeroed. */
typedef struct {
    struct SwsContext *scaler;
    AVFrame *bgr; /* rows are aligned for the scaler */
} dk_upright;

/* Number, name and times of the frame stay. */
DK_CHECKED dk_status dk_upright_frame(dk_upright *u, const AVFrame *from, const AVStream *video, dk_frame *to,
                                      dk_error *err);
void dk_upright_close(dk_upright *u); /* accepts a zeroed one */

#endif
