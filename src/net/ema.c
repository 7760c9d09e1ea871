/* average ← average + (1 − keep) · (parameter − average), keep = min(alpha, (1 + t) / (10 + t)).
 *
 * The second term is the warm-up: at the first step only 2/11 of the start stays, so that fresh initial values
 * have no part in the averages after a few dozen steps and a short run may use a large alpha, too. A parameter
 * that does not move is equal to its average bit by bit. */
#include "net/ema.h"

#include <math.h>
#include <stdlib.h>

double dk_ema_keep(double alpha, long t) {
    return fmin(alpha, (1 + (double)t) / (10 + (double)t));
}

static dk_status open_params(dk_ema *ema, dk_error *err) {
    const dk_params *from = ema->from;
    dk_backend *be = ema->backend;
    ema->params = calloc(1, sizeof *ema->params);
    if (!ema->params) {
        return dk_no_memory(err, sizeof *ema->params, "the averages of the parameters");
    }
    *ema->params = (dk_params){.count = from->count, .version = 1, .users = 1};
    DK_TRY(be->alloc(be, from->count * sizeof(float), (void **)&ema->params->values, err));
    return be->blend(be, ema->params->values, from->values, from->count, 1, err);
}

dk_status dk_ema_open(dk_ema **out, dk_net *net, float alpha, dk_error *err) {
    dk_ema *ema = calloc(1, sizeof *ema);
    *out = NULL;
    if (!ema) {
        return dk_no_memory(err, sizeof *ema, "the averages of the parameters");
    }
    *ema = (dk_ema){.backend = net->backend, .from = net->params, .alpha = alpha};
    ema->from->users++;
    const dk_status status = open_params(ema, err);
    if (status != DK_OK) {
        dk_ema_close(ema);
        return status;
    }
    *out = ema;
    return DK_OK;
}

void dk_ema_close(dk_ema *ema) {
    if (ema) {
        dk_params_release(ema->params, ema->backend);
        dk_params_release(ema->from, ema->backend);
        free(ema);
    }
}

dk_status dk_ema_step(dk_ema *ema, dk_error *err) {
    dk_backend *be = ema->backend;
    const double keep = dk_ema_keep((double)ema->alpha, ++ema->t);
    ema->params->version++;
    return be->blend(be, ema->params->values, ema->from->values, ema->params->count, (float)(1 - keep), err);
}
