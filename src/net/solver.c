/* The optimiser over the flat gradients; the arithmetic of a span is the backend's (dk_update). */
#include "net/solver.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define AT(field) offsetof(dk_solver_conf, field)

static const char *const policy_names[] = {"constant", "steps",  "step", "exp",    "poly",
                                           "sigmoid",  "random", "sgdr", "cosine", NULL};
static const char *const optimizer_names[] = {"sgd", "adam", "adamw", NULL};
enum { SGD, ADAM, ADAMW };

const dk_opt dk_solver_opts[] = {
    {"learning_rate", DK_FLOAT, AT(learning_rate), .def = .001, .min = 0, .max = 1e30, .help = "step size"},
    {"momentum", DK_FLOAT, AT(momentum), .def = .9, .min = 0, .max = .99999,
     .help = "share of the last step that goes on (sgd)"},
    {"decay", DK_FLOAT, AT(decay), .def = .0001, .min = 0, .max = 100, .help = "pull of the weights to 0"},
    {"decay_depthwise", DK_FLOAT, AT(decay_depthwise), .def = DK_AUTO, .min = 0, .max = 100,
     .help = "the same of convolutions with one channel per group (default: decay)"},
    {"decay_norm", DK_FLOAT, AT(decay_norm), .def = 0, .min = 0, .max = 100,
     .help = "the same of scales and biases"},
    {"clip_gradient", DK_FLOAT, AT(clip_gradient), .def = 0, .min = 0, .max = 1e30,
     .help = "longest gradient (L2 norm over all parameters): longer ones are scaled down to it; 0: any"},
    {"nesterov", DK_BOOL, AT(nesterov), .help = "1: Nesterov's momentum (sgd)"},
    {"optimizer", DK_CHOICE, AT(optimizer), .def = SGD, .names = optimizer_names,
     .help = "how gradients become steps"},
    {"adam", DK_BOOL, AT(adam), .help = "1: optimizer=adam, Darknet's way to say it"},
    {"B1", DK_FLOAT, AT(b1), .def = .9, .min = 0, .max = .99999,
     .help = "Adam: share of the mean gradient that goes on"},
    {"B2", DK_FLOAT, AT(b2), .def = .999, .min = 0, .max = .9999999, .help = "Adam: the same of its square"},
    {"eps", DK_FLOAT, AT(eps), .def = 1e-6, .min = 1e-12, .max = 1, .help = "Adam: keeps the divisor from 0"},
    {"policy", DK_CHOICE, AT(policy), .def = DK_POLICY_CONSTANT, .names = policy_names,
     .help = "how the rate changes"},
    {"burn_in", DK_INT, AT(burn_in), .def = 0, .min = 0, .max = 1e9,
     .help = "first steps, in which the rate rises as (t/burn_in)^power"},
    {"power", DK_FLOAT, AT(power), .def = 4, .min = 0, .max = 100,
     .help = "exponent of burn_in and of policies poly and random"},
    {"scale", DK_FLOAT, AT(scale), .def = 1, .min = 0, .max = 1e6,
     .help = "policy step: factor every `step` steps"},
    {"gamma", DK_FLOAT, AT(gamma), .def = 1, .min = 0, .max = 1e6, .help = "policies exp and sigmoid"},
    {"step", DK_INT, AT(step), .def = 1, .min = 1, .max = 1e9, .help = "policies step and sigmoid: steps"},
    {"steps", DK_INTS, AT(steps), .min = -1, .max = 1e9,
     .help = "policy steps: where the rate changes, rising"},
    {"scales", DK_FLOATS, AT(scales), .min = 0, .max = 1e6,
     .help = "policy steps: the factor at each of them"},
    {"learning_rate_min", DK_FLOAT, AT(learning_rate_min), .def = 1e-5, .min = 0, .max = 1e30,
     .help = "policies sgdr and cosine: lowest rate"},
    {"sgdr_cycle", DK_INT, AT(sgdr_cycle), .def = DK_AUTO, .min = 1, .max = 1e9,
     .help = "policy sgdr: steps of the first cycle (default: all)"},
    {"sgdr_mult", DK_FLOAT, AT(sgdr_mult), .def = 2, .min = 1, .max = 100,
     .help = "policy sgdr: each cycle is longer by this"},
    {"max_batches", DK_INT, AT(max_batches), .def = 0, .min = 0, .max = 2e9,
     .help = "steps of the training; 0: max_epochs says"},
    {"ema_alpha", DK_FLOAT, AT(ema_alpha), .def = 0, .min = 0, .max = .999999,
     .help =
         "share that averages of the weights keep at every step, .9998 for example; they validate and are "
         "saved as _best and _final; 0: no averages"},
    {0},
};

dk_status dk_solver_conf_check(const dk_section *s, const dk_solver_conf *conf, dk_error *err) {
    if (conf->policy != DK_POLICY_STEPS) {
        return DK_OK;
    }
    if (conf->steps.count == 0 || conf->steps.count != conf->scales.count) {
        return dk_section_fail(s, conf->scales.count ? "scales" : "policy", err,
                               "policy=steps wants as many scales as steps; there are %d steps and %d scales",
                               conf->steps.count, conf->scales.count);
    }
    for (int i = 1; i < conf->steps.count; i++) {
        if (conf->steps.v[i] <= conf->steps.v[i - 1]) {
            return dk_section_fail(s, "steps", err, "steps must rise; %d comes after %d", conf->steps.v[i],
                                   conf->steps.v[i - 1]);
        }
    }
    return DK_OK;
}

struct dk_solver {
    dk_net *net;
    dk_solver_conf conf;
    long t, total;
    long *moved; /* steps that each layer has taken: Adam's corrections begin when a layer does */
    uint64_t seed;
    float *m, *v; /* flat, like net->grads */
};

static bool is_adam(const dk_solver_conf *conf) {
    return conf->adam || conf->optimizer != SGD;
}

int dk_solver_floats(const dk_solver_conf *conf) {
    return is_adam(conf) ? 2 : 1;
}

static dk_rule rule(const dk_solver_conf *conf) {
    if (is_adam(conf)) {
        return conf->optimizer == ADAMW ? DK_RULE_ADAMW : DK_RULE_ADAM;
    }
    return conf->nesterov ? DK_RULE_NESTEROV : DK_RULE_SGD;
}

dk_status dk_solver_open(dk_solver **out, dk_net *net, const dk_solver_conf *conf, long total, uint64_t seed,
                         dk_error *err) {
    dk_solver *s = calloc(1, sizeof *s);
    *out = s;
    if (!s) {
        return dk_no_memory(err, sizeof *s, "the optimiser");
    }
    *s = (dk_solver){.net = net, .conf = *conf, .total = total, .seed = seed};
    s->moved = calloc((size_t)net->count, sizeof *s->moved);
    const size_t bytes = net->trained * sizeof(float);
    dk_status status = s->moved ? net->backend->alloc(net->backend, bytes, (void **)&s->m, err)
                                : dk_no_memory(err, (size_t)net->count * sizeof *s->moved, "the optimiser");
    if (status == DK_OK && is_adam(conf)) {
        status = net->backend->alloc(net->backend, bytes, (void **)&s->v, err);
    }
    if (status != DK_OK) {
        dk_solver_close(s);
        *out = NULL;
    }
    return status;
}

void dk_solver_close(dk_solver *s) {
    if (!s) {
        return;
    }
    dk_backend *be = s->net->backend;
    if (s->m) {
        be->free(be, s->m);
    }
    if (s->v) {
        be->free(be, s->v);
    }
    free(s->moved);
    free(s);
}

void dk_solver_aim(dk_solver *s, dk_net *net) {
    assert(net->params == s->net->params && net->trained == s->net->trained);
    s->net = net;
}

dk_solver_state dk_solver_state_of(dk_solver *s) {
    return (dk_solver_state){.t = &s->t,
                             .moved = s->moved,
                             .layers = s->net->count,
                             .m = s->m,
                             .v = s->v,
                             .count = s->net->trained};
}

static float decay(const dk_solver_conf *conf, const dk_param *p) {
    if (!(p->flags & DK_DECAYED)) {
        return conf->decay_norm;
    }
    const bool own = (p->flags & DK_DEPTHWISE) && conf->decay_depthwise != (float)DK_AUTO;
    return own ? conf->decay_depthwise : conf->decay;
}

/* Pascanu, Mikolov & Bengio 2013: g ← g · limit / |g| where |g| > limit. The flat gradient is 0 in the gaps between
 * parameters. */
static dk_status clip(const dk_solver *s, dk_error *err) {
    dk_backend *const be = s->net->backend;
    float *const grads = s->net->grads;
    const double limit = (double)s->conf.clip_gradient;
    double sum = 0;
    DK_TRY(be->squares(be, grads, s->net->trained, &sum, err));
    if (!(sum > limit * limit)) {
        return DK_OK;
    }
    return be->blend(be, grads, NULL, s->net->trained, (float)(1 - limit / sqrt(sum)), err);
}

static dk_status move(dk_solver *s, const dk_layer *l, const dk_param *p, float rate, dk_error *err) {
    const dk_update u = {
        .rule = rule(&s->conf),
        .n = p->count,
        .w = *p->slot,
        .g = s->net->grads + p->grad,
        .m = s->m + p->grad,
        .v = s->v ? s->v + p->grad : NULL,
        .rate = rate * l->common.learning_rate,
        .decay = decay(&s->conf, p),
        .momentum = s->conf.momentum,
        .beta1 = s->conf.b1,
        .beta2 = s->conf.b2,
        .eps = s->conf.eps,
        .t = s->moved[l->index],
    };
    return s->net->backend->update(s->net->backend, &u, err);
}

dk_status dk_solver_step(dk_solver *s, float *rate, dk_error *err) {
    s->t++;
    const float now = dk_solver_rate(&s->conf, s->t, s->total, s->seed);
    if (s->conf.clip_gradient > 0) {
        DK_TRY(clip(s, err));
    }
    for (int i = 0; i < s->net->count; i++) {
        const dk_layer *l = &s->net->layers[i];
        s->moved[i] += l->train;
        for (int k = 0; l->train && k < l->param_count; k++) {
            if (l->params[k].flags & DK_TRAINED) {
                DK_TRY(move(s, l, &l->params[k], now, err));
            }
        }
    }
    s->net->params->version++;
    if (rate) {
        *rate = now;
    }
    return DK_OK;
}
