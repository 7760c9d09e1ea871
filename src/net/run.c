/* One pass through a net, forward and backward. Sums gradients where an output has several users and where a
 * batch is computed in parts; layers know of neither. */
#include <math.h>

#include "base/rng.h"
#include "net/heads.h"
#include "net/memory.h"

dk_status dk_net_forward(dk_net *net, const float *pixels, const float *truth, uint64_t step, dk_error *err) {
    dk_backend *be = net->backend;
    DK_TRY(be->write(be, &net->input, pixels, err));
    DK_TRY(dk_net_take_truth(net, truth, err));
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        if (l->alias || (l->type->judges && !truth)) {
            continue;
        }
        l->version = net->params->version;
        l->key = dk_rng_key(net->options.seed, step, (uint64_t)i, DK_RNG_DROPOUT).state;
        DK_TRY(dk_layer_forward(l, err));
    }
    return DK_OK;
}

const char *dk_net_name(const dk_net *net) {
    return net->params->from != NULL ? net->params->from : net->cfg->path;
}

dk_status dk_net_check_answers(const dk_net *net, const float *answers, size_t count, dk_error *err) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(answers[i])) {
            return dk_fail(err, DK_EDIVERGED,
                           "%s: the network answers %s for class %zu, which is no answer: these weights were "
                           "made by another cfg, or their training diverged",
                           dk_net_name(net), isnan(answers[i]) ? "NaN" : "infinity", i % dk_net_outputs(net));
        }
    }
    return DK_OK;
}

/* Points the gradients of all learning parameters into one flat span. */
static void aim_gradients(dk_net *net, float *flat) {
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        for (int k = 0; l->train && k < l->param_count; k++) {
            if (l->params[k].flags & DK_TRAINED) {
                *l->params[k].grad_slot = flat + l->params[k].grad;
            }
        }
    }
}

static dk_status back_layer(dk_net *net, dk_layer *l, dk_error *err) {
    const dk_back_step *step = &net->memory->back[l->index];
    DK_TRY(dk_layer_backward(l, err));
    for (int i = 0; i < l->inputs; i++) {
        if (step->into[i]) {
            DK_TRY(net->backend->sum(net->backend, step->into[i], &step->aside[i], err));
        }
    }
    return DK_OK;
}

/* Tells that the gradients of layer i and of all behind it are final. */
static void tell_ready(dk_net *net, int i) {
    const dk_layer *l = &net->layers[i];
    for (int k = 0; l->train && k < l->param_count; k++) {
        if (l->params[k].flags & DK_TRAINED) {
            net->options.ready(net->options.ranks.user, l->params[k].grad);
            return;
        }
    }
}

/* Adds the gradients of a part to those before it. */
static dk_status add_part(dk_net *net, dk_error *err) {
    const dk_shape flat = {1, 1, (int)(net->trained / 16), 16};
    dk_tensor sum = {.data = net->grads, .shape = flat};
    const dk_tensor more = {.data = net->part, .shape = flat};
    return net->trained > 0 ? net->backend->sum(net->backend, &sum, &more, err) : DK_OK;
}

dk_status dk_net_backward(dk_net *net, int part, dk_error *err) {
    if (!net->options.train || !dk_net_compared(net)) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: backward needs a network built for training and a forward with truth",
                       net->cfg->path);
    }
    const bool tells = net->options.ready && part + 1 == net->conf.subdivisions;
    aim_gradients(net, part > 0 ? net->part : net->grads);
    for (int i = net->count - 1; i >= 0; i--) {
        if (net->memory->back[i].runs) {
            DK_TRY(back_layer(net, &net->layers[i], err));
            if (tells && part == 0) {
                tell_ready(net, i);
            }
        }
    }
    if (part > 0) {
        DK_TRY(add_part(net, err));
    }
    if (tells) {
        net->options.ready(net->options.ranks.user, 0);
    }
    return DK_OK;
}
