/* Measuring: a network over a set. */
#ifndef DK_RUN_EVALUATE_H
#define DK_RUN_EVALUATE_H

#include "data/loader.h"
#include "net/net.h"
#include "run/metrics.h"

/* Told of every answer; may be NULL. */
typedef dk_status (*dk_on_answer)(void *user, int picture, int truth, const float *scores, dk_error *err);

/* One pass of the loader (which it rewinds first) through the net; metrics are reset first. The loader's
 * batch must be the net's options.n. */
DK_CHECKED dk_status dk_evaluate_set(dk_net *net, dk_loader *loader, const dk_dataset *set,
                                     dk_metrics *metrics, dk_on_answer on_answer, void *user, dk_error *err);

/* Fails when the net has other outputs than the data set has classes. */
DK_CHECKED dk_status dk_data_fits(const dk_data *data, const dk_net *net, dk_error *err);

#endif
