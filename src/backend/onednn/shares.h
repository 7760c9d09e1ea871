/* Work in shares: equal parts that do not depend on one another, each done by one thread from its begin to its end.
 * Threads take the next share when they are free, so that one whose core is busy with other programs takes fewer. Which
 * shares there are does not depend on that, and neither do results. */
#ifndef DK_BACKEND_ONEDNN_SHARES_H
#define DK_BACKEND_ONEDNN_SHARES_H

#include "backend/onednn/engine.h"

typedef dk_status dk_dnn_task(void *self, int share, dk_error *err);

/* Does all shares; the error is that of one which failed. */
DK_CHECKED dk_status dk_dnn_share_out(const dk_dnn *e, int shares, dk_dnn_task *task, void *self,
                                      dk_error *err);

/* Operations of a share that are worth to be one: a fifth of a millisecond, a hundred times what taking it costs. */
#define DK_DNN_ENOUGH 2e7

/* Into how many equal shares to cut `parts` (a divisor of them, up to `most`) that take `work` floating point operations
 * in all: at least one a thread, more while each has `enough`. 1 for one thread, and when threads would have much to wait
 * for one another. */
int dk_dnn_share_count(int parts, int most, int threads, double work, double enough);

#endif
