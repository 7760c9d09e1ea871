/* Products at work. Forward: pack or fold the weights if they have changed, multiply, then bias,
 * normalisation and activation where they do not ride in the primitive. Backward: dz from dy, then dw from x
 * and dz, dx from w and dz. */
#include "backend/onednn/product.h"

#include <math.h>
#include <string.h>

#include "backend/onednn/flat.h"

static void *scratch(const dk_dnn_product *p, size_t at) {
    return dk_piece_at(p->plan.memory.scratch, at);
}

dk_status dk_dnn_product_bind(dk_dnn_plan *plan, dk_error *err) {
    (void)err;
    dk_dnn_product *p = (dk_dnn_product *)plan;
    p->forward.packed = false;
    p->data.packed = false;
    return DK_OK;
}

/* Rolling statistics into weights and bias: w' = w·γ/s, b' = β − μ·γ/s, s = sqrt(σ² + ε). */
static void fold(const dk_dnn_product *p, const dk_weights *w, float *folded, float *bias) {
    const size_t each = p->w_count / (size_t)p->filters;
    for (int o = 0; o < p->filters; o++) {
        const double scale = w->scales[o] / sqrt((double)w->variance[o] + (double)DK_NORM_EPS);
        bias[o] = (float)(w->biases[o] - w->mean[o] * scale);
        for (size_t i = (size_t)o * each; i < (size_t)(o + 1) * each; i++) {
            folded[i] = (float)(w->weights[i] * scale);
        }
    }
}

/* The weights in the layout of the way's primitive. */
static dk_status pack(dk_dnn_product *p, dk_dnn_way *way, const dk_args *a, const void **w, dk_error *err) {
    const bool folds = p->norm && !p->train;
    *w = a->w->weights;
    if (!folds && !way->w.needed) {
        return DK_OK;
    }
    void *packed = dk_piece_at(p->plan.memory.packed, way->packed_at);
    if (!way->packed || way->version != a->version) {
        if (folds) {
            float *folded = !way->w.needed ? packed : scratch(p, p->fold_at);
            fold(p, a->w, folded, dk_piece_at(p->plan.memory.packed, p->bias_at));
            *w = folded;
        }
        DK_TRY(dk_dnn_pack(p->plan.engine, &way->w, scratch(p, p->pad_at), w, packed, err));
        way->packed = true;
        way->version = a->version;
    }
    *w = packed;
    return DK_OK;
}

static void activate(const dk_dnn_product *p, const void *z, void *y) {
#pragma omp parallel for num_threads(p->plan.engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->z_count); i++) {
        const dk_dnn_span s = dk_dnn_span_of(i, p->z_count);
        float room[DK_DNN_SPAN], *to = dk_dnn_span_out(p->items, y, s, room);
        dk_dnn_flat_act(p->act, dk_dnn_span_in(p->items, z, s, room), to, s.n);
        dk_dnn_span_put(p->items, y, s, to);
    }
}

dk_status dk_dnn_product_forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    dk_dnn *e = plan->engine;
    void *pad = scratch(p, p->pad_at);
    void *z = p->keep_z ? dk_piece_at(plan->memory.kept, p->z_at) : a->y->data;
    const void *x = a->x[0]->data, *w = NULL;
    DK_TRY(pack(p, &p->forward, a, &w, err));
    DK_TRY(dk_dnn_reorder(e, &p->forward.x, pad, &x, scratch(p, p->x_at), err));
    const void *bias = p->norm ? dk_piece_at(plan->memory.packed, p->bias_at) : a->w->biases;
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, x},
                                {DNNL_ARG_WEIGHTS, w},
                                {DNNL_ARG_DST, z},
                                {p->bias ? DNNL_ARG_BIAS : 0, bias},
                                {0}};
    DK_TRY(dk_dnn_run(e, &p->forward.run, pad, data, p->what, err));
    if (p->norm && p->train) {
        dk_dnn_norm_forward(&p->bn, a->w, z, a->y->data, dk_piece_at(plan->memory.kept, p->bn_at),
                            scratch(p, p->sums_at));
    } else if (!p->post && p->act != DK_ACT_LINEAR) {
        activate(p, z, a->y->data);
    }
    return DK_OK;
}

/* The gradient of the sums. */
static const void *undo(const dk_dnn_product *p, const dk_args *a) {
    void *kept = p->keep_z ? dk_piece_at(p->plan.memory.kept, p->z_at) : a->y->data;
    void *dz = scratch(p, p->dz_at);
    if (p->norm) {
        dk_dnn_norm_backward(&p->bn, a->w, a->dw, kept, a->dy->data, dz,
                             dk_piece_at(p->plan.memory.kept, p->bn_at), scratch(p, p->sums_at));
        return dz;
    }
    if (p->act == DK_ACT_LINEAR) {
        return a->dy->data;
    }
#pragma omp parallel for num_threads(p->plan.engine->seam.threads)
    for (long i = 0; i < dk_dnn_spans(p->z_count); i++) {
        const dk_dnn_span s = dk_dnn_span_of(i, p->z_count);
        float u[DK_DNN_SPAN], dy[DK_DNN_SPAN], *to = dk_dnn_span_out(p->items, dz, s, u);
        dk_dnn_flat_slope(p->act, dk_dnn_span_in(p->items, kept, s, u),
                          dk_dnn_span_in(p->items, a->dy->data, s, dy), to, s.n);
        dk_dnn_span_put(p->items, dz, s, to);
    }
    return dz;
}

static void depthwise(const dk_dnn_product *p, const void *x, const void *dz, float *dw) {
    const dk_dnn_depthwise *d = &p->depthwise;
    const dk_dnn_kernels *kernels = dk_dnn_kernels_for(p->items, d->lanes, DK_ACT_LINEAR);
    const int blocks = (p->filters + d->lanes - 1) / d->lanes;
    const size_t x_block = (size_t)(d->h * d->w * d->lanes) * kernels->item,
                 y_block = (size_t)(d->out_h * d->out_w * d->lanes) * kernels->item;
#pragma omp parallel for num_threads(p->plan.engine->seam.threads)
    for (int b = 0; b < blocks; b++) {
        dk_dnn_depthwise one = *d;
        const int first = b * d->lanes, left = p->filters - first;
        one.valid = left < d->lanes ? left : d->lanes;
        kernels->depthwise(&one, (const char *)x + (size_t)b * x_block,
                           (const char *)dz + (size_t)b * y_block, dw + first * d->kh * d->kw);
    }
}

static dk_status backward_weights(dk_dnn_product *p, const dk_args *a, const void *dz, dk_error *err) {
    dk_dnn *e = p->plan.engine;
    void *pad = scratch(p, p->pad_at);
    const void *x = a->x[0]->data, *dy = dz;
    DK_TRY(dk_dnn_reorder(e, &p->weights.x, pad, &x, scratch(p, p->x_at), err));
    if (p->depthwise.images > 0) {
        depthwise(p, x, dz, a->dw->weights);
        return DK_OK;
    }
    if (p->gradient.chunk > 0) {
        dk_dnn_gradient_run(&p->gradient, e->seam.threads, x, dz, a->dw->weights, scratch(p, p->own_at));
        return DK_OK;
    }
    DK_TRY(dk_dnn_reorder(e, &p->weights.y, pad, &dy, scratch(p, p->y_at), err));
    const void *dw = p->weights.w.needed ? scratch(p, p->dw_at) : a->dw->weights;
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, x},
                                {DNNL_ARG_DIFF_DST, dy},
                                {DNNL_ARG_DIFF_WEIGHTS, dw},
                                {p->bias ? DNNL_ARG_DIFF_BIAS : 0, a->dw->biases},
                                {0}};
    DK_TRY(dk_dnn_run(e, &p->weights.run, pad, data, p->what, err));
    return dk_dnn_pack(e, &p->weights.w, pad, &dw, a->dw->weights, err);
}

static dk_status backward_data(dk_dnn_product *p, const dk_args *a, const void *dz, void *to, dk_error *err) {
    dk_dnn *e = p->plan.engine;
    void *pad = scratch(p, p->pad_at);
    const void *w = NULL, *dy = dz;
    DK_TRY(pack(p, &p->data, a, &w, err));
    DK_TRY(dk_dnn_reorder(e, &p->data.y, pad, &dy, scratch(p, p->y_at), err));
    const void *dx = p->data.x.run == NULL ? to : scratch(p, p->dx_at);
    const dk_dnn_data data[] = {{DNNL_ARG_DIFF_DST, dy}, {DNNL_ARG_WEIGHTS, w}, {DNNL_ARG_DIFF_SRC, dx}, {0}};
    DK_TRY(dk_dnn_run(e, &p->data.run, pad, data, p->what, err));
    return dk_dnn_reorder(e, &p->data.x, pad, &dx, to, err);
}

dk_status dk_dnn_product_backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    const void *dz = undo(p, a);
    if (a->dw != NULL && a->dw->weights != NULL) {
        DK_TRY(backward_weights(p, a, dz, err));
    }
    return dx == NULL ? DK_OK : backward_data(p, a, dz, dx->data, err);
}
