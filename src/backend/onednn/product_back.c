/* Products backward: dz from dy, then dx from w and dz, dw from x and dz. Shares of images go through all of it where they
 * can; what is left of dw is done by shares of outputs, by kernels of our own, or at once. */
#include "backend/onednn/pass.h"

#include <string.h>

#include "backend/onednn/flat.h"
#include "backend/onednn/shares.h"

/* ---- dz where there is no normalisation ---- */
typedef struct {
    const dk_dnn_product *p;
    const void *z, *dy;
    void *dz;
} spans;

static void slope_span(void *self, int span) {
    const spans *k = self;
    const dk_dnn_product *p = k->p;
    const dk_dnn_span s = dk_dnn_span_of(span, p->z_count);
    float u[DK_DNN_SPAN], dy[DK_DNN_SPAN], *to = dk_dnn_span_out(p->items, k->dz, s, u);
    dk_dnn_flat_slope(p->act, dk_dnn_span_in(p->items, k->z, s, u), dk_dnn_span_in(p->items, k->dy, s, dy),
                      to, s.n);
    dk_dnn_span_put(p->items, k->dz, s, to);
}

static void *undo(const dk_dnn_product *p, const dk_args *a) {
    if (p->act == DK_ACT_LINEAR) {
        return a->dy->data;
    }
    spans k = {.p = p,
               .z = p->keep_z ? dk_piece_at(p->plan.memory.kept, p->z_at) : a->y->data,
               .dy = a->dy->data,
               .dz = dk_dnn_product_scratch(p, p->dz_at)};
    dk_crew_do(p->plan.engine->crew, dk_dnn_spans(p->z_count), slope_span, &k);
    return k.dz;
}

/* ---- shares ---- */
/* One block of channels. */
static void depthwise_block(void *self, int block) {
    const dk_dnn_pass *k = self;
    const dk_dnn_product *p = k->p;
    dk_dnn_depthwise one = p->depthwise;
    const dk_dnn_kernels *kernels = dk_dnn_kernels_for(p->items, one.lanes, DK_ACT_LINEAR);
    const size_t x = (size_t)(one.h * one.w * one.lanes) * kernels->item,
                 y = (size_t)(one.out_h * one.out_w * one.lanes) * kernels->item;
    const int first = block * one.lanes, left = p->filters - first;
    one.valid = left < one.lanes ? left : one.lanes;
    kernels->depthwise(&one, dk_dnn_after(k->x, x, block), dk_dnn_after(k->dz, y, block),
                       k->a->dw->weights + first * one.kh * one.kw);
}

static dk_status weights_share(void *self, int share, dk_error *err) {
    const dk_dnn_pass *k = self;
    dk_dnn_product *p = k->p;
    dk_dnn_way *w = &p->weights;
    const size_t partial = dk_dnn_bytes_of(&w->run, DNNL_ARG_DIFF_WEIGHTS);
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, dk_dnn_after(k->x, w->step.x, share)},
                                {DNNL_ARG_DIFF_DST, dk_dnn_after(k->dz, w->step.y, share)},
                                {DNNL_ARG_DIFF_WEIGHTS, dk_dnn_after(k->dw, partial, share)},
                                {p->bias ? DNNL_ARG_DIFF_BIAS : 0, k->a->dw->biases},
                                {0}};
    return dk_dnn_run(p->plan.engine, &w->run, dk_dnn_product_pad(p), data, p->what, err);
}

/* dw of a share of the outputs, whose dz it brings together first. */
static dk_status outputs_share(void *self, int share, dk_error *err) {
    const dk_dnn_pass *k = self;
    dk_dnn_product *p = k->p;
    dk_dnn *e = p->plan.engine;
    dk_dnn_way *w = &p->weights;
    void *plain = (char *)k->a->dw->weights + w->step.plain * (size_t)share;
    const void *dz = dk_dnn_after(k->dz, w->step.y, share),
               *dw = w->w.needed ? dk_dnn_product_own(p, p->dw_own_at) : plain;
    DK_TRY(dk_dnn_reorder(e, &w->y, dk_dnn_product_pad(p), &dz, dk_dnn_product_own(p, p->dz_own_at), err));
    const dk_dnn_data data[] = {
        {DNNL_ARG_SRC, k->x},
        {DNNL_ARG_DIFF_DST, dz},
        {DNNL_ARG_DIFF_WEIGHTS, dw},
        {p->bias ? DNNL_ARG_DIFF_BIAS : 0, dk_dnn_after(k->a->dw->biases, w->step.bias, share)},
        {0}};
    DK_TRY(dk_dnn_run(e, &w->run, dk_dnn_product_pad(p), data, p->what, err));
    return dk_dnn_pack_alone(e, &w->w, dk_dnn_product_pad(p), &dw, plain, err);
}

static dk_status data_share(void *self, int share, dk_error *err) {
    const dk_dnn_pass *k = self;
    dk_dnn_product *p = k->p;
    dk_dnn_way *b = &p->data;
    const dk_dnn_data data[] = {{DNNL_ARG_DIFF_DST, dk_dnn_after(k->dz, b->step.y, share)},
                                {DNNL_ARG_WEIGHTS, k->w},
                                {DNNL_ARG_DIFF_SRC, dk_dnn_after(k->dx, b->step.x, share)},
                                {0}};
    return dk_dnn_run(p->plan.engine, &b->run, dk_dnn_product_pad(p), data, p->what, err);
}

/* dz of the share's images, then what goes on in shares: dx, dw. */
static dk_status backward_share(void *self, int share, dk_error *err) {
    const dk_dnn_pass *k = self;
    if (k->norm != NULL) {
        dk_dnn_pass_images(k, share, k->p->forward.shares, dk_dnn_norm_finish);
    }
    if (k->dx != NULL) {
        DK_TRY(data_share(self, share, err));
    }
    return k->dw != NULL ? weights_share(self, share, err) : DK_OK;
}

/* Sums what the shares left of a span, always in their order, into the first. */
static void sum_span(void *self, int span) {
    const dk_dnn_pass *k = self;
    const dk_dnn_way *w = &k->p->weights;
    const size_t n = dk_dnn_bytes_of(&w->run, DNNL_ARG_DIFF_WEIGHTS) / sizeof(float);
    const dk_dnn_span s = dk_dnn_span_of(span, n);
    float *dw = k->dw;
    for (int other = 1; other < w->shares; other++) {
        dk_dnn_flat_add(dw + s.at, dw + (size_t)other * n + s.at, dw + s.at, s.n);
    }
}

/* dw by kernels of our own; false: there are none. */
static bool own_weights(const dk_dnn_product *p, dk_dnn_pass *k) {
    dk_crew *crew = p->plan.engine->crew;
    if (p->depthwise.images > 0) {
        dk_crew_do(crew, (p->filters + p->depthwise.lanes - 1) / p->depthwise.lanes, depthwise_block, k);
    } else if (p->gradient.chunk > 0) {
        dk_dnn_gradient_run(&p->gradient, crew, k->x, k->dz, k->a->dw->weights,
                            dk_dnn_product_scratch(p, p->pairs_at));
    } else {
        return false;
    }
    return true;
}

/* dw at once. */
static dk_status whole_weights(dk_dnn_product *p, dk_dnn_pass *k, dk_error *err) {
    dk_dnn *e = p->plan.engine;
    dk_dnn_way *w = &p->weights;
    const void *dz = k->dz;
    DK_TRY(dk_dnn_reorder(e, &w->x, dk_dnn_product_pad(p), &k->x, dk_dnn_product_scratch(p, p->x_at), err));
    if (own_weights(p, k)) {
        return DK_OK;
    }
    DK_TRY(dk_dnn_reorder(e, &w->y, dk_dnn_product_pad(p), &dz, dk_dnn_product_scratch(p, p->y_at), err));
    dk_dnn_pass all = *k;
    all.dz = (void *)(uintptr_t)dz;
    all.dw = w->w.needed ? dk_dnn_product_scratch(p, p->dw_at) : k->a->dw->weights;
    DK_TRY(dk_dnn_share_out(p->plan.engine, 1, weights_share, &all, err));
    const void *dw = all.dw;
    return dk_dnn_pack(e, &w->w, dk_dnn_product_pad(p), &dw, k->a->dw->weights, err);
}

/* The sum of what shares of images have left. */
static dk_status summed_weights(dk_dnn_product *p, dk_dnn_pass *k, dk_error *err) {
    dk_dnn *e = p->plan.engine;
    dk_dnn_way *w = &p->weights;
    const void *dw = k->dw;
    dk_crew_do(e->crew, dk_dnn_spans(dk_dnn_bytes_of(&w->run, DNNL_ARG_DIFF_WEIGHTS) / sizeof(float)),
               sum_span, k);
    if (!w->w.needed) {
        memcpy(k->a->dw->weights, dw, p->w_count * sizeof(float));
    }
    return dk_dnn_pack(e, &w->w, dk_dnn_product_pad(p), &dw, k->a->dw->weights, err);
}

static dk_status backward_data(dk_dnn_product *p, dk_dnn_pass *k, void *to, dk_error *err) {
    dk_dnn *e = p->plan.engine;
    const void *dy = k->dz;
    DK_TRY(
        dk_dnn_reorder(e, &p->data.y, dk_dnn_product_pad(p), &dy, dk_dnn_product_scratch(p, p->y_at), err));
    dk_dnn_pass all = *k;
    all.dz = (void *)(uintptr_t)dy;
    all.dx = p->data.x.run == NULL ? to : dk_dnn_product_scratch(p, p->dx_at);
    DK_TRY(dk_dnn_share_out(p->plan.engine, 1, data_share, &all, err));
    const void *dx = all.dx;
    return dk_dnn_reorder(e, &p->data.x, dk_dnn_product_pad(p), &dx, to, err);
}

dk_status dk_dnn_product_backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    const dk_tensor *dx = dk_dnn_dx(a, 0);
    const bool learns = a->dw != NULL && a->dw->weights != NULL;
    const bool by_outputs = p->weights.step.plain > 0;
    const bool x_shares = dx != NULL && p->data.shares > 1,
               w_shares = learns && p->weights.shares > 1 && !by_outputs;
    dk_dnn_pass k = {.p = p, .a = a, .x = a->x[0]->data};
    dk_dnn_norm_job job;
    if (p->norm) {
        k.dz = dk_dnn_product_scratch(p, p->dz_at);
        job = dk_dnn_norm_backward(&p->bn, a->w, a->dw, dk_piece_at(plan->memory.kept, p->z_at), a->dy->data,
                                   k.dz, dk_piece_at(plan->memory.kept, p->bn_at),
                                   dk_dnn_product_scratch(p, p->sums_at));
        job.ranks = a->ranks;
    } else {
        k.dz = undo(p, a);
    }
    if (dx != NULL) {
        DK_TRY(dk_dnn_product_pack(p, &p->data, a, &k.w, err));
    }
    if (x_shares || w_shares) {
        k.dx = x_shares ? dx->data : NULL;
        k.dw = w_shares ? dk_dnn_product_scratch(p, p->dw_at) : NULL;
        if (p->norm) {
            k.norm = &job;
            dk_dnn_norm_measure_all(&job);
            dk_dnn_norm_merge(&job);
        }
        DK_TRY(dk_dnn_share_out(p->plan.engine, p->forward.shares, backward_share, &k, err));
    } else if (p->norm) {
        dk_dnn_norm_run(&job);
    }
    if (learns && by_outputs) {
        DK_TRY(dk_dnn_share_out(p->plan.engine, p->weights.shares, outputs_share, &k, err));
    } else if (learns) {
        DK_TRY((w_shares ? summed_weights : whole_weights)(p, &k, err));
    }
    return dx == NULL || x_shares ? DK_OK : backward_data(p, &k, dx->data, err);
}
