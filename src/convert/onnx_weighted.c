/* Operators with weights, and normalisations. */
#include <string.h>

#include "convert/onnx_context.h"

static dk_status check_weights(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n, int rank,
                               bool biases) {
    const dk_onnx_value *b = biases ? dk_onnx_input(c->m, from, 2) : NULL;
    n->weights = dk_onnx_constant(c, dk_onnx_input(c->m, from, 1));
    n->biases = dk_onnx_constant(c, b);
    if (!n->weights || (b && !n->biases)) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": its %s are computed; they must stand in the file",
                        n->weights ? "biases" : "weights");
    } else if (n->weights->rank != rank || dk_graph_count(n->weights) == 0) {
        char dims[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": has weights '%s' of dims %s; %d dims are read",
                        n->weights->name, dk_graph_dims(dims, n->weights), rank);
    }
    return DK_OK;
}

dk_status dk_onnx_fill_conv(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    DK_TRY(check_weights(c, from, n, 4, true));
    DK_TRY(dk_onnx_int(from, "group", 1, &n->groups, err));
    if (n->why || !dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    const int *dims = n->weights->dims, channels = n->x[0]->dims[1];
    n->order = DK_ORDER_OIHW;
    n->outputs = dims[0];
    n->inputs = dims[1];
    if (n->groups < 1 || channels % n->groups != 0 || n->outputs % n->groups != 0 ||
        n->inputs != channels / n->groups) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": %d groups of %d inputs and %d outputs do not fit %d channels",
                        n->groups, n->inputs, n->outputs, channels);
        return DK_OK;
    }
    n->kind = DK_NODE_CONV;
    return dk_onnx_window(c, from, n, dims[2], dims[3], n->outputs, err);
}

/* y = x·w, x with N and features. */
static void give_dense(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                       bool transposed) {
    if (n->why || !dk_onnx_take(c, n, dk_onnx_input(c->m, from, 0))) {
        return;
    }
    const dk_graph_value *x = n->x[0];
    n->order = transposed ? DK_ORDER_OIHW : DK_ORDER_IHWO;
    n->outputs = n->weights->dims[transposed ? 0 : 1];
    n->inputs = n->weights->dims[transposed ? 1 : 0];
    if (x->rank != 2 || x->dims[1] != n->inputs) {
        char dims[64];
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": reads '%s' as %s; wanted are N and %d features", x->name,
                        dk_graph_dims(dims, x), n->inputs);
        return;
    }
    n->kind = DK_NODE_DENSE;
    dk_onnx_give(c, n, 2, n->outputs, 1, 1);
}

dk_status dk_onnx_fill_matmul(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err) {
    (void)err;
    DK_TRY(check_weights(c, from, n, 2, false));
    give_dense(c, from, n, false);
    return DK_OK;
}

dk_status dk_onnx_fill_gemm(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    float alpha = 1, beta = 1;
    int a = 0, b = 0;
    DK_TRY(check_weights(c, from, n, 2, true));
    DK_TRY(dk_onnx_float(from, "alpha", 1, &alpha, err));
    DK_TRY(dk_onnx_float(from, "beta", 1, &beta, err));
    DK_TRY(dk_onnx_int(from, "transA", 0, &a, err));
    DK_TRY(dk_onnx_int(from, "transB", 0, &b, err));
    if (alpha != 1 || (beta != 1 && n->biases) || a != 0) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": has alpha=%g beta=%g transA=%d; 1, 1 and 0 are read",
                        (double)alpha, (double)beta, a);
    }
    give_dense(c, from, n, b != 0);
    return DK_OK;
}

/* scale, B, mean and var, one a channel. */
dk_status dk_onnx_fill_norm(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_graph_value **to[] = {&n->scales, &n->shifts, &n->mean, &n->variance};
    int training = 0, spatial = 1;
    DK_TRY(dk_onnx_float(from, "epsilon", 1e-5F, &n->eps, err));
    DK_TRY(dk_onnx_int(from, "training_mode", 0, &training, err));
    DK_TRY(dk_onnx_int(from, "spatial", 1, &spatial, err));
    if (training != 0 || spatial != 1 || !(n->eps >= 0)) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": has training_mode=%d spatial=%d epsilon=%g; 0, 1 and a small number "
                        "are read",
                        training, spatial, (double)n->eps);
    }
    if (n->why || !dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    for (int i = 0; i < 4; i++) {
        *to[i] = dk_onnx_constant(c, dk_onnx_input(c->m, from, 1 + i));
        if (!*to[i] || dk_graph_count(*to[i]) != (size_t)n->x[0]->dims[1]) {
            dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                            ": input %d is not one number for each of %d channels in the file", 1 + i,
                            n->x[0]->dims[1]);
            return DK_OK;
        }
    }
    n->kind = DK_NODE_NORM;
    dk_onnx_give_same(c, n);
    return DK_OK;
}
