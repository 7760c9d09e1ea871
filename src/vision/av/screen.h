/* The picture that an encoder gets: frames fitted into one size, black where they do not reach. */
#ifndef DK_VISION_AV_SCREEN_H
#define DK_VISION_AV_SCREEN_H

#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>

#include "vision/frame.h"

typedef struct {
    AVFrame *frame; /* 4:2:0 */
    struct SwsContext *scaler;
    int from_w, from_h; /* of the frame before; 0: none yet */
    int x, y, w, h;     /* where in the picture it is */
} dk_screen;

/* A black picture as the encoder wants it. After a failure, dk_screen_close gives back what there is. */
DK_CHECKED dk_status dk_screen_open(dk_screen *s, const AVCodecContext *encoder, dk_error *err);
DK_CHECKED dk_status dk_screen_show(dk_screen *s, const dk_frame *frame, dk_error *err);
void dk_screen_close(dk_screen *s); /* accepts a zeroed one */

#endif
