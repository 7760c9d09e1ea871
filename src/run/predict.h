/* Asking a network: pictures of any size in, scores out, through the network's own preprocessing (which is
 * training's, too). One predictor per thread. */
#ifndef DK_RUN_PREDICT_H
#define DK_RUN_PREDICT_H

#include "run/model.h"

typedef struct {
    dk_model model;
    int batch;      /* pictures per run of the net */
    size_t inputs;  /* values of one picture */
    size_t outputs; /* scores of one picture */
    float *pixels;  /* batch·inputs */
    float *answers; /* batch·outputs */
} dk_predictor;

/* o->build.n pictures are run at once (0: 1); o->build.train is of no use here. */
DK_CHECKED dk_status dk_predictor_open(dk_predictor **out, const dk_model_options *o, dk_error *err);
void dk_predictor_close(dk_predictor *p); /* accepts NULL */

/* Scores of count pictures, outputs values each; dk_top_k (run/metrics.h) finds the best of them. */
DK_CHECKED dk_status dk_predictor_run(dk_predictor *p, const dk_image *const *images, size_t count,
                                      float *scores, dk_error *err);

#endif
