/* What moves values about, or only gives them other dims. */
#include <string.h>

#include "convert/onnx_context.h"

/* ---- side by side, and slices ---- */

dk_status dk_onnx_fill_concat(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err) {
    int axis = 0, channels = 0;
    const dk_onnx_value *first = dk_onnx_input(c->m, from, 0);
    DK_TRY(dk_onnx_int(from, "axis", 1, &axis, err));
    if (first && (c->g->values[first->index].constant || c->facts[first->index].ints)) {
        return dk_onnx_fill_dims(c, from, n, err);
    }
    for (int i = 0; i < from->input_count; i++) {
        if (!dk_onnx_take_planes(c, from, n, i)) {
            return DK_OK;
        }
        const dk_graph_value *x = n->x[i];
        const bool fits =
            (axis < 0 ? axis + x->rank : axis) == 1 && x->rank == n->x[0]->rank &&
            (x->rank == 2 || (x->dims[2] == n->x[0]->dims[2] && x->dims[3] == n->x[0]->dims[3])) &&
            x->dims[1] <= INT32_MAX - channels;
        if (!fits) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                            ": axis %d; [route] puts channels of equal planes side by side", axis);
            return DK_OK;
        }
        channels += x->dims[1];
    }
    if (n->x_count == 0) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": has no inputs");
        return DK_OK;
    }
    const dk_shape s = c->facts[n->x[0]->index].shape;
    n->kind = DK_NODE_CONCAT;
    dk_onnx_give(c, n, n->x[0]->rank, channels, s.h, s.w);
    return DK_OK;
}

/* Bounds are attributes before opset 10, then inputs. */
dk_status dk_onnx_fill_slice(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                             dk_error *err) {
    int64_t first = 0, last = 0, axis = 0, step = 1;
    int counts[4];
    if (!dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    DK_TRY(dk_onnx_list(c, from, "starts", 1, &first, 1, &counts[0], err));
    DK_TRY(dk_onnx_list(c, from, "ends", 2, &last, 1, &counts[1], err));
    DK_TRY(dk_onnx_list(c, from, "axes", 3, &axis, 1, &counts[2], err));
    DK_TRY(dk_onnx_list(c, from, "steps", 4, &step, 1, &counts[3], err));
    const int channels = n->x[0]->dims[1];
    first = first < 0 ? first + channels : first;
    last = last < 0 ? last + channels : last > channels ? channels : last;
    axis = axis < 0 ? axis + n->x[0]->rank : axis;
    const bool told = counts[0] == 1 && counts[1] == 1 && counts[2] == 1 && (counts[3] == 1 || counts[3] < 0);
    if (!told || axis != 1 || step != 1 || first < 0 || last <= first) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": [route] takes a run of channels, one after the other");
        return DK_OK;
    }
    const dk_shape s = c->facts[n->x[0]->index].shape;
    n->kind = DK_NODE_SLICE;
    n->first = (int)first;
    n->count = (int)(last - first);
    dk_onnx_give(c, n, n->x[0]->rank, n->count, s.h, s.w);
    return DK_OK;
}

/* Amounts are an attribute before opset 11, then an input: those before all dims, then those behind. */
dk_status dk_onnx_fill_pad(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_error *err) {
    int64_t pads[2 * DK_ONNX_RANK];
    int count = 0;
    bool is = false;
    dk_onnx_attribute mode;
    const dk_onnx_value *value = dk_onnx_input(c->m, from, 2);
    if (!dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    DK_TRY(dk_onnx_list(c, from, "pads", 1, pads, 2 * DK_ONNX_RANK, &count, err));
    DK_TRY(dk_onnx_float(from, "value", 0, &n->pad_value, err));
    DK_TRY(dk_onnx_scalar(c, value, &is, &n->pad_value, err));
    DK_TRY(dk_onnx_find_attribute(from, "mode", &mode, err));
    n->mirrors = mode.there && !dk_pb_is(&mode.s, "constant");
    if (n->x[0]->rank != 4 || count != 8 || (value && !is) || dk_onnx_input(c->m, from, 3)) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": how much it pads is not in the file as two numbers for each of 4 dimensions");
        return DK_OK;
    }
    static const int theirs[4] = {0, 2, 3, 1}; /* batch, rows, columns, channels */
    bool fits = true;
    for (int i = 0; i < 8; i++) {
        const int64_t cells = pads[theirs[i / 2] + 4 * (i % 2)];
        fits = fits && cells >= 0 && cells <= 1000;
        n->pads[i / 2][i % 2] =
            cells < -1000 || cells > 1000 ? -1000 : (int)cells; /* no layer pads by either */
    }
    const int *x = n->x[0]->dims;
    n->kind = DK_NODE_PAD;
    if (fits) {
        dk_onnx_give(c, n, 4, x[1], x[2] + n->pads[1][0] + n->pads[1][1],
                     x[3] + n->pads[2][0] + n->pads[2][1]);
    } else {
        dk_onnx_give_same(c, n);
    }
    return DK_OK;
}

/* ---- other dims ---- */

/* The node passes its input on with these dims; N must stay, so that pictures stay apart. */
static void give_dims(const dk_onnx_context *c, dk_graph_node *n, const int64_t *dims, int rank) {
    const dk_graph_value *x = n->x[0];
    dk_graph_value *y = &c->g->values[n->y->index];
    double count = 1;
    for (int i = 0; i < rank; i++) {
        count *= dims[i] < 0 ? 0 : (double)dims[i];
    }
    if (rank < 1 || count != (double)dk_graph_count(x) || dims[0] != x->dims[0]) {
        char text[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": gives %s other dims that move values from picture to picture",
                        dk_graph_dims(text, x));
        return;
    }
    n->kind = DK_NODE_SAME;
    dk_onnx_give_same(c, n);
    y->rank = rank;
    for (int i = 0; i < rank; i++) {
        y->dims[i] = (int)dims[i];
    }
}

/* Identity, Dropout (when predicting), Cast between numbers with a point: a constant stays one. */
dk_status dk_onnx_fill_same(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_onnx_value *v = dk_onnx_input(c->m, from, 0);
    const dk_graph_value *k = dk_onnx_constant(c, v);
    int to = DK_ONNX_FLOAT32;
    DK_TRY(dk_onnx_int(from, "to", DK_ONNX_FLOAT32, &to, err));
    if (v && (c->facts[v->index].ints || (k && (to == DK_ONNX_INT64 || to == DK_ONNX_INT32)))) {
        return dk_onnx_fill_dims(c, from, n, err);
    }
    if (to != DK_ONNX_FLOAT32 && to != DK_ONNX_FLOAT16) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": makes %s of numbers with a point",
                        dk_onnx_type_name(to));
    } else if (k) {
        dk_graph_value *y = &c->g->values[n->y->index];
        const dk_graph_value was = *y;
        *y = *k;
        y->name = was.name;
        y->index = was.index;
        n->kind = DK_NODE_NONE;
    } else if (dk_onnx_take_moved(c, n, v)) {
        n->kind = DK_NODE_SAME;
        dk_onnx_give_same(c, n);
    }
    return DK_OK;
}

dk_status dk_onnx_fill_constant(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                dk_error *err) {
    (void)from, (void)err;
    n->kind = DK_NODE_NONE;
    if (!n->y->constant) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": holds no tensor of numbers");
    }
    return DK_OK;
}

dk_status dk_onnx_fill_flatten(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    int axis = 0;
    DK_TRY(dk_onnx_int(from, "axis", 1, &axis, err));
    if (!dk_onnx_take_moved(c, n, dk_onnx_input(c->m, from, 0))) {
        return DK_OK;
    }
    const dk_graph_value *x = n->x[0];
    const int64_t dims[] = {x->dims[0], (int64_t)(dk_graph_count(x) / (size_t)x->dims[0])};
    if ((axis < 0 ? axis + x->rank : axis) != 1) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": axis %d; 1, which keeps pictures apart, is read", axis);
        return DK_OK;
    }
    give_dims(c, n, dims, 2);
    return DK_OK;
}

/* 0 keeps a dim, −1 is what is left. */
dk_status dk_onnx_fill_reshape(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    int64_t dims[DK_ONNX_RANK], open = -1;
    int rank = 0, keeps = 0;
    double known = 1;
    DK_TRY(dk_onnx_list(c, from, "shape", 1, dims, DK_ONNX_RANK, &rank, err));
    DK_TRY(dk_onnx_int(from, "allowzero", 0, &keeps, err));
    if (rank < 1 || keeps != 0) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": its shape is not at most %d numbers in the file",
                        DK_ONNX_RANK);
        return DK_OK;
    }
    if (!dk_onnx_take_moved(c, n, dk_onnx_input(c->m, from, 0))) {
        return DK_OK;
    }
    const dk_graph_value *x = n->x[0];
    for (int i = 0; i < rank; i++) {
        dims[i] = dims[i] == 0 && i < x->rank ? x->dims[i] : dims[i];
        open = dims[i] == -1 ? i : open;
        known *= dims[i] == -1 ? 1 : (double)dims[i];
    }
    if (open >= 0 && known >= 1) {
        dims[open] = (int64_t)((double)dk_graph_count(x) / known);
    }
    give_dims(c, n, dims, rank);
    return DK_OK;
}

/* Squeeze, Unsqueeze: axes are an attribute before opset 13, then an input. */
dk_status dk_onnx_fill_squeeze(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                               dk_error *err) {
    int64_t axes[DK_ONNX_RANK], dims[2 * DK_ONNX_RANK];
    int count = 0, rank = 0, at = 0;
    const bool more = from->op[0] == 'U';
    const dk_onnx_value *v = dk_onnx_input(c->m, from, 0);
    if (v && c->facts[v->index].ints) {
        return dk_onnx_fill_dims(c, from, n, err);
    }
    DK_TRY(dk_onnx_list(c, from, "axes", 1, axes, DK_ONNX_RANK, &count, err));
    if (!dk_onnx_take_moved(c, n, v)) {
        return DK_OK;
    }
    const dk_graph_value *x = n->x[0];
    const int whole = more ? x->rank + (count > 0 ? count : 0) : x->rank;
    for (int i = 0; i < whole; i++) {
        bool named = count < 0 && x->dims[i] == 1 && i > 0;
        for (int k = 0; k < count; k++) {
            named = named || (axes[k] < 0 ? axes[k] + whole : axes[k]) == i;
        }
        if (more) {
            dims[rank++] = named || at >= x->rank ? 1 : x->dims[at++];
        } else if (!named || x->dims[i] != 1) {
            dims[rank++] = x->dims[i];
        }
    }
    if (rank > DK_ONNX_RANK) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": gives more than %d dims", DK_ONNX_RANK);
        return DK_OK;
    }
    give_dims(c, n, dims, rank);
    return DK_OK;
}

/* No value moves where dims of 1 change places with others. Where values do, no layer may read them any more. */
dk_status dk_onnx_fill_transpose(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                                 dk_error *err) {
    int64_t order[DK_ONNX_RANK], dims[DK_ONNX_RANK] = {0}, last = -1;
    int count = 0;
    DK_TRY(dk_onnx_list(c, from, "perm", -1, order, DK_ONNX_RANK, &count, err));
    if (!dk_onnx_take_moved(c, n, dk_onnx_input(c->m, from, 0))) {
        return DK_OK;
    }
    const dk_graph_value *x = n->x[0];
    bool fits = count == x->rank, still = true;
    for (int i = 0, seen = 0; fits && i < count; i++) {
        fits = order[i] >= 0 && order[i] < count && (seen & 1 << order[i]) == 0;
        seen |= fits ? 1 << order[i] : 0;
        dims[i] = fits ? x->dims[order[i]] : 0;
        still = still && (dims[i] == 1 || order[i] > last);
        last = dims[i] == 1 ? last : order[i];
    }
    if (!fits) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": its perm is no order of %d dims", x->rank);
        return DK_OK;
    }
    give_dims(c, n, dims, count);
    if (!still && !n->why) {
        c->facts[n->y->index].moved = n;
        c->g->values[n->y->index].moved = true;
    }
    return DK_OK;
}
