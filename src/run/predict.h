/* Asking a network: pictures of any size in, answers out, through the network's own preprocessing (which is
 * training's, too). One predictor per thread. */
#ifndef DK_RUN_PREDICT_H
#define DK_RUN_PREDICT_H

#include "run/model.h"
#include "run/tta.h"

typedef struct {
    dk_model model;
    int batch, most;    /* pictures that model.net runs at once; that any net does */
    dk_net **twins;     /* [n]: of n pictures over the same parameters, n ≤ most; NULL: not made yet */
    double temperature; /* of scores that are probabilities; 1: as they are */
    size_t inputs;      /* values of one picture */
    size_t outputs;     /* values of its answer */
    float *pixels;      /* most·inputs */
    float *answers;     /* most·outputs */
} dk_predictor;

/* o->build.n pictures are run at once (0: 1); o->build.train is of no use here. most above that: up to so many are, by a net
 * for each number, made when it is first wanted; else batches that are not full are filled with zeros. */
DK_CHECKED dk_status dk_predictor_open(dk_predictor **out, const dk_model_options *o, int most,
                                       double temperature, dk_error *err);
void dk_predictor_close(dk_predictor *p); /* accepts NULL */

/* Runs the net once for nothing: an engine makes code and packs weights in the first run, whose time is not a picture's. */
DK_CHECKED dk_status dk_predictor_warm(dk_predictor *p, dk_error *err);

/* Answers to count pictures, outputs values each; dk_top_k (run/metrics.h) finds the best of scores. */
DK_CHECKED dk_status dk_predictor_run(dk_predictor *p, const dk_image *const *images, int count,
                                      float *answers, dk_error *err);

/* The same of the mean over views of each picture. */
DK_CHECKED dk_status dk_predictor_views(dk_predictor *p, const dk_image *const *images, int count,
                                        const dk_tta *tta, float *answers, dk_error *err);

#endif
