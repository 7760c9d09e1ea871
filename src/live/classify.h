/* Asking a network about all faces of a frame in one batch: a net for each size of batch, made when it is first
 * wanted, all over the same parameters. One classifier a thread. */
#ifndef DK_LIVE_CLASSIFY_H
#define DK_LIVE_CLASSIFY_H

#include "run/model.h"

enum { DK_FACES_A_BATCH = 16 }; /* more are asked about in several */

typedef struct {
    dk_model model;
    dk_net *twins[DK_FACES_A_BATCH + 1]; /* [n]: of batch n; NULL: not made yet */
    double temperature;                  /* of the scores; 1: as they are */
    size_t inputs, outputs;              /* values of one picture */
    float *pixels;                       /* DK_FACES_A_BATCH · inputs */
} dk_classifier;

/* options->build.n is of no use here. */
DK_CHECKED dk_status dk_classifier_open(dk_classifier **out, const dk_model_options *options,
                                        double temperature, dk_error *err);

/* scores[count · outputs], through the preprocessing of `classifier predict`. */
DK_CHECKED dk_status dk_classifier_run(dk_classifier *c, const dk_image *const *images, int count,
                                       float *scores, dk_error *err);
void dk_classifier_close(dk_classifier *c); /* accepts NULL */

#endif
