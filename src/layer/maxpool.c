/* [maxpool]: y[n,c,i,j] = the largest x[n,c,.,.] in a size·size window that moves by stride; [local_avgpool]: their mean.
 * Darknet's padding is the total of both sides; the smaller half stands before. Padding never wins, and no mean counts it.
 *   out = (in + padding − size) / stride + 1 */
#include "layer/layer.h"

typedef struct {
    int size, stride, stride_x, stride_y, padding;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"stride", DK_INT, AT(stride), .def = 1, .min = 1, .max = 64, .help = "step between windows, in pixels"},
    {"stride_x", DK_INT, AT(stride_x), .def = DK_AUTO, .min = 1, .max = 64,
     .help = "step to the right (default: stride)"},
    {"stride_y", DK_INT, AT(stride_y), .def = DK_AUTO, .min = 1, .max = 64,
     .help = "step down (default: stride)"},
    {"size", DK_INT, AT(size), .def = DK_AUTO, .min = 1, .max = 64,
     .help = "side of the window (default: stride)"},
    {"padding", DK_INT, AT(padding), .def = DK_AUTO, .min = 0, .max = 63,
     .help = "total border (default: size-1)"},
    {0},
};

typedef struct {
    int size, before, after, stride, out;
} span;

static int or_else(int value, int otherwise) {
    return value == (int)DK_AUTO ? otherwise : value;
}

/* Window, padding and output length along one axis. */
static span axis(const conf *c, int in, int stride) {
    span s = {.size = or_else(c->size, c->stride), .stride = or_else(stride, c->stride)};
    const int padding = or_else(c->padding, s.size - 1);
    const int room = in + padding - s.size;
    s.out = room < 0 ? 0 : room / s.stride + 1;
    s.before = padding / 2;
    const int need = (s.out - 1) * s.stride + s.size - in - s.before;
    s.after = need > 0 ? need : 0;
    return s;
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    const span rows = axis(c, x.h, c->stride_y), columns = axis(c, x.w, c->stride_x);
    if (rows.out < 1 || columns.out < 1) {
        return dk_layer_fail(l, "size", err, "output would be %dx%d: window %dx%d, padding %d, input %dx%d",
                             columns.out, rows.out, rows.size, rows.size, or_else(c->padding, rows.size - 1),
                             x.w, x.h);
    }
    if (or_else(c->padding, 0) > 2 * rows.size - 2) {
        return dk_layer_fail(l, "padding", err,
                             "padding=%d leaves windows of side %d with nothing inside; %d at most",
                             c->padding, rows.size, 2 * rows.size - 2);
    }
    l->y->shape = (dk_shape){x.n, x.c, rows.out, columns.out};
    l->stride *= (float)(rows.stride > columns.stride ? rows.stride : columns.stride);
    return DK_OK;
}

static dk_status build_window(dk_layer *l, dk_backend *be, bool max, dk_error *err) {
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    const span rows = axis(c, x.h, c->stride_y), columns = axis(c, x.w, c->stride_x);
    dk_plan_desc d = {
        .op = DK_OP_POOL,
        .u.pool = {.kh = rows.size,
                   .kw = columns.size,
                   .stride_y = rows.stride,
                   .stride_x = columns.stride,
                   .top = rows.before,
                   .bottom = rows.after,
                   .left = columns.before,
                   .right = columns.after,
                   .max = max},
    };
    return dk_layer_plan(l, be, &d, err);
}

static dk_status build_max(dk_layer *l, dk_backend *be, dk_error *err) {
    return build_window(l, be, true, err);
}

static dk_status build_mean(dk_layer *l, dk_backend *be, dk_error *err) {
    return build_window(l, be, false, err);
}

const dk_layer_type dk_layer_maxpool = {
    .name = "maxpool",
    .alias = "max",
    .help = "largest value of each window",
    .example = "[maxpool]\nsize=3\nstride=2\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build_max,
};

const dk_layer_type dk_layer_local_avgpool = {
    .name = "local_avgpool",
    .alias = "local_avg",
    .help = "mean of the cells of each window that are inside the picture",
    .example = "[local_avgpool]\nsize=3\nstride=2\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build_mean,
};
