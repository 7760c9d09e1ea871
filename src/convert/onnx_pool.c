/* Windows, and what works on all cells of a picture. */
#include <math.h>
#include <string.h>

#include "convert/onnx_context.h"
#include "convert/padding.h"

enum { MOST = 64 };

/* ---- windows ---- */

/* `count` numbers of an attribute, each within bounds, or all `absent`. */
static dk_status read_numbers(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              const char *name, int count, int least, int absent, int *out, dk_error *err) {
    int64_t v[4];
    int there = 0;
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(from, name, &a, err));
    DK_TRY(dk_onnx_list(c, from, name, -1, v, 4, &there, err));
    for (int i = 0; i < count; i++) {
        const int64_t number = a.there && there == count ? v[i] : absent;
        if ((a.there && there != count) || number < least || number > MOST) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": %s are not %d numbers of %d..%d", name, count, least,
                            MOST);
            return DK_OK;
        }
        out[i] = (int)number;
    }
    return DK_OK;
}

/* SAME_UPPER is TensorFlow's; SAME_LOWER has the odd cell before, which layers do not. */
static dk_status read_padding(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err) {
    dk_onnx_attribute a;
    int pads[4] = {0};
    const int *x = n->x[0]->dims;
    const dk_graph_window *w = &n->window;
    DK_TRY(read_numbers(c, from, n, "pads", 4, 0, 0, pads, err));
    DK_TRY(dk_onnx_find_attribute(from, "auto_pad", &a, err));
    const bool set = a.there && !dk_pb_is(&a.s, "NOTSET"), lower = set && dk_pb_is(&a.s, "SAME_LOWER");
    n->same = lower || (set && dk_pb_is(&a.s, "SAME_UPPER"));
    if (set && !n->same && !dk_pb_is(&a.s, "VALID")) {
        dk_graph_refuse(c->g, n, DK_EFORMAT,
                        ": its auto_pad is none of NOTSET, VALID, SAME_UPPER and SAME_LOWER");
    }
    if (lower) {
        dk_padding_same(x[2], w->kh, w->stride_y, w->dilation_y, &pads[0], &pads[2]);
        dk_padding_same(x[3], w->kw, w->stride_x, w->dilation_x, &pads[1], &pads[3]);
        if (pads[0] != pads[2] || pads[1] != pads[3]) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                            ": auto_pad=SAME_LOWER has the odd cell before; pad=same of a layer behind");
        }
    } else if (!set && !n->why) {
        const int to[2][2] = {{pads[0], pads[2]}, {pads[1], pads[3]}};
        memcpy(n->pads[1], to, sizeof to);
    }
    return DK_OK;
}

/* Windows along one axis. */
static int steps(const dk_graph_node *n, int axis, int in, int window, int stride, int dilation) {
    const int reach = dilation * (window - 1) + 1, room = in + n->pads[axis][0] + n->pads[axis][1] - reach;
    if (n->same) {
        return (in + stride - 1) / stride;
    }
    if (room < 0) {
        return 0;
    }
    const int out = room / stride + 1;
    /* a last window must begin inside, or in the padding before */
    const bool more = n->ceil && room % stride != 0 && out * stride < in + n->pads[axis][0];
    return out + more;
}

dk_status dk_onnx_window(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n, int kh, int kw,
                         int channels, dk_error *err) {
    int strides[2] = {1, 1}, dilations[2] = {1, 1};
    const dk_graph_value *x = n->x[0];
    DK_TRY(read_numbers(c, from, n, "strides", 2, 1, 1, strides, err));
    DK_TRY(read_numbers(c, from, n, "dilations", 2, 1, 1, dilations, err));
    if (n->why) {
        return DK_OK;
    }
    if (x->rank != 4 || kh < 1 || kw < 1 || kh > MOST || kw > MOST) {
        char dims[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": a window of %dx%d over %s; sides of 1..%d over rows and columns are read", kh, kw,
                        dk_graph_dims(dims, x), MOST);
        return DK_OK;
    }
    n->window = (dk_graph_window){kh, kw, strides[0], strides[1], dilations[0], dilations[1]};
    DK_TRY(read_padding(c, from, n, err));
    if (n->why) {
        return DK_OK;
    }
    const int rows = steps(n, 1, x->dims[2], kh, strides[0], dilations[0]);
    const int columns = steps(n, 2, x->dims[3], kw, strides[1], dilations[1]);
    if (rows < 1 || columns < 1) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": a window of %dx%d does not fit %dx%d cells", kh, kw,
                        x->dims[2], x->dims[3]);
        return DK_OK;
    }
    dk_onnx_give(c, n, 4, channels, rows, columns);
    return DK_OK;
}

/* ---- pools ---- */

static dk_status fill_pool(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_node_kind kind, dk_error *err) {
    int sides[2] = {0}, ceil = 0, order = 0;
    if (!dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    DK_TRY(read_numbers(c, from, n, "kernel_shape", 2, 1, 0, sides, err));
    DK_TRY(dk_onnx_int(from, "ceil_mode", 0, &ceil, err));
    DK_TRY(dk_onnx_int(from, "storage_order", 0, &order, err));
    n->ceil = ceil != 0;
    n->kind = kind;
    n->groups = 1;
    return n->why ? DK_OK : dk_onnx_window(c, from, n, sides[0], sides[1], n->x[0]->dims[1], err);
}

dk_status dk_onnx_fill_maxpool(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    return fill_pool(c, from, n, DK_NODE_MAX, err);
}

/* Does any window reach beyond the picture? */
static bool leaves_picture(const dk_graph_node *n) {
    const int *x = n->x[0]->dims, *y = n->y->dims;
    const dk_graph_window *w = &n->window;
    const int below = (y[2] - 1) * w->stride_y + w->dilation_y * (w->kh - 1) + 1 - n->pads[1][0] - x[2];
    const int right = (y[3] - 1) * w->stride_x + w->dilation_x * (w->kw - 1) + 1 - n->pads[2][0] - x[3];
    return n->pads[1][0] > 0 || n->pads[2][0] > 0 || below > 0 || right > 0;
}

dk_status dk_onnx_fill_avgpool(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    int counts_zeros = 0;
    DK_TRY(fill_pool(c, from, n, DK_NODE_MEAN, err));
    DK_TRY(dk_onnx_int(from, "count_include_pad", 0, &counts_zeros, err));
    if (n->why) {
        return DK_OK;
    }
    const int *x = n->x[0]->dims;
    n->whole = n->window.kh == x[2] && n->window.kw == x[3] &&
               (n->pads[1][0] | n->pads[1][1] | n->pads[2][0] | n->pads[2][1]) == 0 && n->y->dims[2] == 1 &&
               n->y->dims[3] == 1;
    if (counts_zeros && leaves_picture(n)) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": counts the zeros around the picture (count_include_pad=1); [local_avgpool] is the "
                        "mean of the cells inside it");
    }
    return DK_OK;
}

/* GlobalAveragePool, and ReduceMean over rows and columns. */
dk_status dk_onnx_fill_mean(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    int64_t axes[DK_ONNX_RANK] = {2, 3};
    int count = 2, keeps = 1;
    if (!dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    if (strcmp(from->op, "ReduceMean") == 0) {
        DK_TRY(dk_onnx_list(c, from, "axes", 1, axes, DK_ONNX_RANK, &count, err));
        DK_TRY(dk_onnx_int(from, "keepdims", 1, &keeps, err));
    }
    int seen = 0;
    for (int i = 0; i < count; i++) {
        const int64_t axis = axes[i] < 0 ? axes[i] + 4 : axes[i];
        seen |= axis == 2 ? 1 : axis == 3 ? 2 : 4;
    }
    if (seen != 3 || n->x[0]->rank != 4) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": [avgpool] is the mean over rows and columns alone");
        return DK_OK;
    }
    n->kind = DK_NODE_MEAN;
    n->whole = true;
    dk_onnx_give(c, n, keeps ? 4 : 2, n->x[0]->dims[1], 1, 1);
    return DK_OK;
}

/* ---- softmax ---- */

/* Since opset 13 over one axis; before over all from that axis on. */
dk_status dk_onnx_fill_softmax(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    int axis = 0;
    float a = 1, b = 0;
    const dk_onnx_value *v = dk_onnx_input(c->m, from, 0);
    DK_TRY(dk_onnx_int(from, "axis", c->m->opset < 13 ? 1 : -1, &axis, err));
    const bool scaled = v && c->facts[v->index].known && c->facts[v->index].samples &&
                        dk_onnx_is_affine(c, v->index, &a, &b) && b == 0 && a > 0 &&
                        c->facts[v->index].reads == 1;
    if (!dk_onnx_take(c, n, scaled ? &c->m->values[c->facts[v->index].base] : v)) {
        return DK_OK;
    }
    const dk_graph_value *x = n->x[0];
    const dk_shape s = c->facts[x->index].shape;
    axis = axis < 0 ? axis + x->rank : axis;
    size_t before = 1, along = 1, behind = 1;
    for (int i = 1; i < x->rank; i++) {
        const bool all = c->m->opset < 13 && i >= axis;
        *(i < axis ? &before : i == axis || all ? &along : &behind) *= (size_t)x->dims[i];
    }
    n->spatial = behind > 1 && x->rank == 4 && axis == 1 && x->dims[1] == s.c && x->dims[2] == s.h;
    if (axis < 1 || axis >= x->rank || (behind > 1 && !n->spatial)) {
        char dims[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": axis %d of %s; [softmax] is over the last values of a picture, or over channels",
                        axis, dk_graph_dims(dims, x));
        return DK_OK;
    }
    n->kind = DK_NODE_SOFTMAX;
    n->runs = n->spatial ? 1 : (int)before;
    n->beta = scaled ? a : 1;
    dk_onnx_give_same(c, n);
    return DK_OK;
}
