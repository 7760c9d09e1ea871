/* Measuring a classifier: its scores over a set, of one view of each picture or of several. */
#ifndef DK_RUN_EVALUATE_H
#define DK_RUN_EVALUATE_H

#include "run/measure.h"
#include "run/metrics.h"
#include "run/tta.h"

/* Told of the scores of every picture; may be NULL. truth −1: it has no label. */
typedef dk_status (*dk_on_scores)(void *user, int picture, int truth, const float *scores, dk_error *err);

/* One pass of the loader (which it rewinds first) through the net; metrics are reset first. The loader's
 * batch must be the net's options.n. An answer or a loss that is no number is DK_EDIVERGED. */
DK_CHECKED dk_status dk_evaluate_set(dk_net *net, dk_stream *loader, const dk_dataset *set,
                                     dk_metrics *metrics, dk_on_scores on_scores, void *user, dk_error *err);

/* The same over several views of each picture. The loader gives tta's views; its batch times their number is
 * the net's options.n. `single` is measured on the whole picture, `averaged` on the mean of the views, whose
 * loss is −log of the truth's mean score. */
typedef struct {
    dk_net *net;
    dk_stream *loader;
    const dk_dataset *set;
    const dk_tta *tta;
    dk_metrics *single, *averaged;       /* averaged may be NULL */
    dk_on_scores on_single, on_averaged; /* may be NULL */
    void *user;                          /* of both */
} dk_evaluation;
DK_CHECKED dk_status dk_evaluate_views(const dk_evaluation *e, dk_error *err);

/* Adds one answer to metrics. Its loss is what the net's own loss layer says; a net without one is given −log of the
 * truth's score. */
void dk_evaluate_add(dk_metrics *m, const float *scores, int truth, const float *loss);

/* Fails when the net has other outputs than the data set has classes. */
DK_CHECKED dk_status dk_data_fits(const dk_data *data, const dk_net *net, dk_error *err);

#endif
