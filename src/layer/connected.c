/* [connected]: y[n,o] = act(norm(Σ w[o,i]·x[n,i])) or act(Σ w[o,i]·x[n,i] + b[o]), i over c,h,w in that
 * order. File order: biases, weights [outputs][inputs], then scales, rolling mean and variance: after the
 * weights, unlike [convolutional]. Very old files hold the weights transposed. */
#include <limits.h>
#include <math.h>

#include "layer/layer.h"

typedef struct {
    int output, batch_normalize, activation;
    float init;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"output", DK_INT, AT(output), .def = 1, .min = 1, .max = 1 << 20, .help = "number of outputs"},
    {"batch_normalize", DK_BOOL, AT(batch_normalize), .help = "1: batch normalisation before the activation"},
    {"activation", DK_CHOICE, AT(activation), .def = DK_ACT_LOGISTIC, .names = dk_act_names,
     .help = "function at the end"},
    {"init", DK_FLOAT, AT(init), .def = 1, .min = 0, .max = 100,
     .help =
         "multiplies fresh weights; 0: they begin at zero, as a new classifier over trained features wants"},
    {0},
};

static dk_status shape(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    const size_t inputs = dk_shape_each(l->x[0]->shape), outputs = (size_t)c->output;
    if (inputs > INT_MAX / outputs) {
        return dk_layer_fail(l, "output", err,
                             "%zu inputs times %d outputs are too many weights; at most %d are possible",
                             inputs, c->output, INT_MAX);
    }
    l->y->shape = (dk_shape){l->x[0]->shape.n, c->output, 1, 1};
    l->macs = (double)inputs * c->output;
    const dk_param weights = {.name = "weights",
                              .count = inputs * outputs,
                              .flags = DK_TRAINED | DK_DECAYED | DK_DENSE,
                              .rows = c->output,
                              .cols = (int)inputs,
                              .slot = &l->w.weights,
                              .grad_slot = &l->dw.weights,
                              .spread = c->init * sqrtf(2.0f / (float)inputs)};
    DK_TRY(dk_layer_biases(l, c->output, err));
    DK_TRY(dk_layer_param(l, &weights, err));
    return c->batch_normalize ? dk_layer_norm_params(l, c->output, err) : DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_DENSE,
                      .act = (dk_act)c->activation,
                      .u.dense = {.norm = c->batch_normalize, .momentum = l->context->bn_momentum}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_connected = {
    .name = "connected",
    .alias = "conn",
    .help = "fully connected layer",
    .example = "[connected]\noutput=5\nbatch_normalize=1\nactivation=tanh\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
};
