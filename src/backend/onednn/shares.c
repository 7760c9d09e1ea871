#include "backend/onednn/shares.h"

#include <stdatomic.h>

typedef struct {
    dk_dnn_task *task;
    void *self;
    dk_error *err;
    atomic_int failed; /* how many shares have */
    dk_status status;  /* of the first that did */
} sharing;

static void do_share(void *self, int share) {
    sharing *w = self;
    dk_error why = {.status = DK_OK};
    const dk_status status = w->task(w->self, share, &why);
    if (status != DK_OK && atomic_fetch_add(&w->failed, 1) == 0) {
        w->status = status;
        if (w->err != NULL) {
            *w->err = why;
        }
    }
}

dk_status dk_dnn_share_out(const dk_dnn *e, int shares, dk_dnn_task *task, void *self, dk_error *err) {
    sharing w = {.task = task, .self = self, .err = err, .status = DK_OK};
    dk_crew_do(e->crew, shares, do_share, &w);
    return w.status;
}

/* How busy so many shares keep the threads: 1 when each has equally many. */
static double balance(int shares, int threads) {
    const int rounds = (shares + threads - 1) / threads;
    return (double)shares / (rounds * threads);
}

int dk_dnn_share_count(int parts, int most, int threads, double work, double enough) {
    int best = 1;
    for (int s = 2; s <= parts && s <= most && threads > 1; s++) {
        if (parts % s == 0 && (s <= threads || work / s >= enough) &&
            balance(s, threads) >= balance(best, threads)) {
            best = s;
        }
    }
    return balance(best, threads) >= .75 ? best : 1;
}
