/* One pass of a set through a net: every answer is handed on with the truth it is measured against. What becomes of them
 * is a task's matter (run/task.h, run/evaluate.h). */
#ifndef DK_RUN_MEASURE_H
#define DK_RUN_MEASURE_H

#include "data/dataset.h"
#include "data/stream.h"
#include "dist/comm.h"
#include "net/net.h"

typedef struct {
    const dk_net *net;
    int picture;          /* its index in the set */
    const float *truth;   /* as the loader gives it; NULL: the set has none */
    const float *answers; /* views · outputs of the net; the first view is the whole picture */
    const float
        *loss; /* of the first view, by the net's own losses; NULL: it has none, or there is no truth */
} dk_answer;

typedef dk_status (*dk_on_answer)(void *user, const dk_answer *answer, dk_error *err);

typedef struct {
    dk_net *net;
    dk_stream *loader; /* its batch times the views is the net's options.n */
    const dk_dataset *set;
    int views; /* that a row of the loader holds, one after the other */
    struct dk_comm
        *comm; /* ranks that measure the set together: each answer is told on rank 0 alone. NULL: one rank */
    dk_on_answer told;
    void *user;
} dk_pass;

/* Rewinds the loader and goes once through it. An answer or a loss that is no number is DK_EDIVERGED, which names picture
 * and weights. With several ranks answers come in the order of one, and a failure is every rank's. */
DK_CHECKED dk_status dk_measure(const dk_pass *pass, dk_error *err);

#endif
