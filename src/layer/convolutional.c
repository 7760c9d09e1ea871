/* [convolutional]: y = act(norm(w ∗ x)) or act(w ∗ x + b), a cross-correlation with zero padding.
 *   out = (in + padding before + padding after − dilation·(size−1) − 1) / stride + 1
 * File order: biases (with batch_normalize they are β), then scales, rolling mean and variance, then weights
 * OIHW.
 * [depthwise_convolutional] is that with groups = filters = channels, in the same file order: the layer that forks
 * of Darknet had for MobileNet before there were groups. */
#include <math.h>

#include "layer/layer.h"

typedef enum { PAD_NONE, PAD_HALF, PAD_SAME } pad_rule;

typedef struct {
    int filters, size, stride, stride_x, stride_y, pad, padding, groups, dilation, batch_normalize,
        activation;
} conf;

#define AT(field) offsetof(conf, field)
static const char *const pads[] = {"0", "1", "same", NULL};

/* What both have: key, kind, the rest of a row. */
#define WINDOW(X)                                                                                            \
    X(size, DK_INT, .def = 1, .min = 1, .max = 63, .help = "side of the window")                             \
    X(stride, DK_INT, .def = 1, .min = 1, .max = 64, .help = "step between windows, in pixels")              \
    X(stride_x, DK_INT, .def = DK_AUTO, .min = 1, .max = 64, .help = "step to the right (default: stride)")  \
    X(stride_y, DK_INT, .def = DK_AUTO, .min = 1, .max = 64, .help = "step down (default: stride)")          \
    X(pad, DK_CHOICE, .def = PAD_NONE, .names = pads,                                                        \
      .help =                                                                                                \
          "1: size/2 on every side; same: output = input/stride rounded up, odd pixel after (TensorFlow)")   \
    X(padding, DK_INT, .def = 0, .min = 0, .max = 63, .help = "zero pixels on every side (when pad=0)")      \
    X(dilation, DK_INT, .def = 1, .min = 1, .max = 64, .help = "distance between the window's cells")        \
    X(batch_normalize, DK_BOOL, .help = "1: batch normalisation before the activation")                      \
    X(activation, DK_CHOICE, .def = DK_ACT_LOGISTIC, .names = dk_act_names, .help = "function at the end")
#define ROW(key, kind, ...) {#key, kind, AT(key), __VA_ARGS__},

static const dk_opt opts[] = {
    {"filters", DK_INT, AT(filters), .def = 1, .min = 1, .max = 65536, .help = "output channels"},
    {"groups", DK_INT, AT(groups), .def = 1, .min = 1, .max = 65536,
     .help = "channels are convolved in that many separate groups; groups = channels is depthwise"},
    WINDOW(ROW){0},
};
static const dk_opt depthwise_opts[] = {
    {"filters", DK_INT, AT(filters), .def = DK_AUTO, .min = 1, .max = 65536,
     .help = "output channels: as many as at the input"},
    {"groups", DK_INT, AT(groups), .def = DK_AUTO, .min = 1, .max = 65536, .help = "the same"},
    WINDOW(ROW){0},
};

typedef struct {
    int before, after, out;
} span;

/* Padding and output length along one axis. */
static span axis(const conf *c, int in, int stride) {
    const int reach = c->dilation * (c->size - 1) + 1;
    if (c->pad == PAD_SAME) {
        const int out = (in + stride - 1) / stride;
        const int total = (out - 1) * stride + reach - in;
        const int all = total > 0 ? total : 0;
        return (span){all / 2, all - all / 2, out};
    }
    const int each = c->pad == PAD_HALF ? c->size / 2 * c->dilation : c->padding;
    const int room = in + 2 * each - reach;
    return (span){each, each, room < 0 ? 0 : room / stride + 1};
}

static int stride_x(const conf *c) {
    return c->stride_x == (int)DK_AUTO ? c->stride : c->stride_x;
}

static int stride_y(const conf *c) {
    return c->stride_y == (int)DK_AUTO ? c->stride : c->stride_y;
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    const span rows = axis(c, x.h, stride_y(c)), columns = axis(c, x.w, stride_x(c));
    if (rows.out < 1 || columns.out < 1) {
        return dk_layer_fail(l, "size", err, "output would be %dx%d: window %dx%d, padding %d, input %dx%d",
                             columns.out, rows.out, c->size, c->size, rows.before, x.w, x.h);
    }
    if (x.c % c->groups != 0 || c->filters % c->groups != 0) {
        return dk_layer_fail(l, "groups", err,
                             "groups=%d must divide both the %d input channels and the %d filters", c->groups,
                             x.c, c->filters);
    }
    l->y->shape = (dk_shape){x.n, c->filters, rows.out, columns.out};
    l->stride *= (float)(stride_x(c) > stride_y(c) ? stride_x(c) : stride_y(c));

    const size_t each =
        (size_t)(x.c / c->groups) * (size_t)(c->size * c->size); /* values behind one output */
    l->macs = (double)each * c->filters * rows.out * columns.out;
    const dk_param weights = {.name = "weights",
                              .count = each * (size_t)c->filters,
                              .flags =
                                  DK_TRAINED | DK_DECAYED | (x.c > 1 && c->groups == x.c ? DK_DEPTHWISE : 0),
                              .rows = c->filters,
                              .cols = (int)each,
                              .slot = &l->w.weights,
                              .grad_slot = &l->dw.weights,
                              .spread = sqrtf(2.0f / (float)each)}; /* Darknet's initial values: U(−s, s) */
    DK_TRY(dk_layer_biases(l, c->filters, err));
    if (c->batch_normalize) {
        DK_TRY(dk_layer_norm_params(l, c->filters, err));
    }
    return dk_layer_param(l, &weights, err);
}

static dk_status depthwise_shape(dk_layer *l, dk_error *err) {
    conf *c = l->conf;
    const int channels = l->x[0]->shape.c, given[] = {c->filters, c->groups};
    static const char *const keys[] = {"filters", "groups"};
    for (int i = 0; i < 2; i++) {
        if (given[i] != (int)DK_AUTO && given[i] != channels) {
            return dk_layer_fail(
                l, keys[i], err,
                "%s=%d, but a depthwise layer has one filter for each of its %d input channels; "
                "[convolutional] takes any filters with groups=%d",
                keys[i], given[i], channels, channels);
        }
    }
    c->filters = c->groups = channels;
    return shape(l, err);
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    const span rows = axis(c, x.h, stride_y(c)), columns = axis(c, x.w, stride_x(c));
    dk_plan_desc d = {
        .op = DK_OP_CONV,
        .act = (dk_act)c->activation,
        .u.conv = {.kh = c->size,
                   .kw = c->size,
                   .stride_y = stride_y(c),
                   .stride_x = stride_x(c),
                   .dilation = c->dilation,
                   .groups = c->groups,
                   .top = rows.before,
                   .bottom = rows.after,
                   .left = columns.before,
                   .right = columns.after,
                   .norm = c->batch_normalize,
                   .momentum = l->context->bn_momentum},
    };
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_convolutional = {
    .name = "convolutional",
    .alias = "conv",
    .help = "convolution, with optional batch normalisation and activation",
    .example = "[convolutional]\nfilters=6\nsize=3\nstride=2\npad=same\ngroups=3\nbatch_normalize="
               "1\nactivation=leaky\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
};

const dk_layer_type dk_layer_depthwise_convolutional = {
    .name = "depthwise_convolutional",
    .help = "the same with a filter for each channel: groups = filters = channels",
    .example = "[depthwise_convolutional]\nsize=3\nstride=2\npad=1\nbatch_normalize=1\nactivation=relu\n",
    .conf_size = sizeof(conf),
    .opts = depthwise_opts,
    .shape = depthwise_shape,
    .build = build,
};
