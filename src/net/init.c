/* Fresh parameters by Darknet's rule: weights U(−s, s) with s = sqrt(2 / inputs of one output), biases and
 * rolling statistics 0, scales 1. Keyed by (seed, layer, parameter). */
#include <stdlib.h>

#include "backend/memory.h"
#include "base/rng.h"
#include "net/net.h"

static dk_status fill(dk_net *net, const dk_layer *l, int index, uint64_t seed, dk_error *err) {
    const dk_param *p = &l->params[index];
    float *host = malloc(p->count * sizeof *host);
    if (!host) {
        return dk_no_memory(err, p->count * sizeof *host, "initial values");
    }
    dk_rng rng = dk_rng_key(seed, (uint64_t)l->index, (uint64_t)index, DK_RNG_INIT);
    for (size_t i = 0; i < p->count; i++) {
        host[i] = p->spread > 0 ? dk_rng_uniform(&rng, -p->spread, p->spread) : p->init;
    }
    const dk_status status = dk_span_write(net->backend, *p->slot, host, p->count, err);
    free(host);
    return status;
}

dk_status dk_net_init(dk_net *net, int first, uint64_t seed, dk_error *err) {
    for (int i = first; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            DK_TRY(fill(net, &net->layers[i], k, seed, err));
        }
    }
    net->params->version++;
    return DK_OK;
}
