/* The faces of one picture, found and named: `classifier predict -faces`. */
#ifndef DK_LIVE_STILL_H
#define DK_LIVE_STILL_H

#include "run/predict.h"
#include "live/scene.h"
#include "live/finder.h"

enum { DK_STILL_FACES = 64 };

typedef struct {
    dk_finder finder;
    dk_predictor *classifier;
    float margin;
    const dk_tta *tta; /* views of a face; to dk_still_open, NULL: it and its mirror image */
    dk_frame frame;
    dk_face faces[DK_STILL_FACES]; /* the answer: ids from 1 in each picture, largest first */
    float *scores;
    int count;
} dk_still;

/* After a failure, dk_still_close gives back what there is. */
DK_CHECKED dk_status dk_still_open(dk_still *s, const dk_finder_conf *finder, const dk_model_options *model,
                                   double temperature, float margin, const dk_tta *tta, dk_error *err);
/* Without a face, the picture is one itself ("whole"). */
DK_CHECKED dk_status dk_still_run(dk_still *s, const dk_image *image, dk_error *err);
void dk_still_close(dk_still *s); /* accepts a zeroed one */

#endif
