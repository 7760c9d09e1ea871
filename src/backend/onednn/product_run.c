/* Products at work: what forward and backward share, and forward. The weights are packed or folded if they have changed;
 * then the product, by shares, which measure what they have made for the normalisation; then bias, normalisation and
 * activation where they do not ride in the primitive. */
#include "backend/onednn/pass.h"

#include <math.h>

#include "backend/onednn/flat.h"
#include "backend/onednn/shares.h"

void *dk_dnn_product_scratch(const dk_dnn_product *p, size_t at) {
    return dk_piece_at(p->plan.memory.scratch, at);
}

void *dk_dnn_product_own(const dk_dnn_product *p, size_t at) {
    return dk_dnn_product_scratch(p, p->own_at + (size_t)dk_crew_thread() * p->own_bytes + at);
}

void *dk_dnn_product_pad(const dk_dnn_product *p) {
    return dk_dnn_product_own(p, 0);
}

const void *dk_dnn_after(const void *begin, size_t step, int share) {
    return (const char *)begin + step * (size_t)share;
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

/* Weights that are cut are packed share by share. */
static dk_status pack_shares(dk_dnn_product *p, dk_dnn_way *way, const void **w, void *packed,
                             dk_error *err) {
    const void *plain = *w;
    for (int s = 0; s < (way->step.w > 0 ? way->shares : 1); s++) {
        *w = dk_dnn_after(plain, way->step.plain, s);
        DK_TRY(dk_dnn_pack(p->plan.engine, &way->w, dk_dnn_product_pad(p), w,
                           (char *)packed + way->step.w * (size_t)s, err));
    }
    return DK_OK;
}

dk_status dk_dnn_product_pack(dk_dnn_product *p, dk_dnn_way *way, const dk_args *a, const void **w,
                              dk_error *err) {
    const bool folds = p->norm && !p->train;
    *w = a->w->weights;
    if (!folds && !way->w.needed) {
        return DK_OK;
    }
    void *packed = dk_piece_at(p->plan.memory.packed, way->packed_at);
    if (!way->packed || way->version != a->version) {
        if (folds) {
            float *folded = !way->w.needed ? packed : dk_dnn_product_scratch(p, p->fold_at);
            fold(p, a->w, folded, dk_piece_at(p->plan.memory.packed, p->bias_at));
            *w = folded;
        }
        DK_TRY(pack_shares(p, way, w, packed, err));
        way->packed = true;
        way->version = a->version;
    }
    *w = packed;
    return DK_OK;
}

/* ---- activation without a normalisation ---- */
typedef struct {
    const dk_dnn_product *p;
    const void *z;
    void *y;
} spans;

static void activate_span(void *self, int span) {
    const spans *k = self;
    const dk_dnn_product *p = k->p;
    const dk_dnn_span s = dk_dnn_span_of(span, p->z_count);
    float room[DK_DNN_SPAN], *to = dk_dnn_span_out(p->items, k->y, s, room);
    dk_dnn_flat_act(p->act, dk_dnn_span_in(p->items, k->z, s, room), to, s.n);
    dk_dnn_span_put(p->items, k->y, s, to);
}

static void activate(const dk_dnn_product *p, const void *z, void *y) {
    spans k = {.p = p, .z = z, .y = y};
    dk_crew_do(p->plan.engine->crew, dk_dnn_spans(p->z_count), activate_span, &k);
}

void dk_dnn_pass_images(const dk_dnn_pass *k, int share, int shares,
                        void (*visit)(const dk_dnn_norm_job *, int)) {
    const int images = k->p->bn.planes.images / shares;
    for (int i = share * images; i < (share + 1) * images; i++) {
        visit(k->norm, i);
    }
}

/* ---- forward ---- */
static dk_status forward_share(void *self, int share, dk_error *err) {
    const dk_dnn_pass *k = self;
    dk_dnn_product *p = k->p;
    dk_dnn_way *f = &p->forward;
    const dk_dnn_data data[] = {{DNNL_ARG_SRC, dk_dnn_after(k->x, f->step.x, share)},
                                {DNNL_ARG_WEIGHTS, dk_dnn_after(k->w, f->step.w, share)},
                                {DNNL_ARG_DST, dk_dnn_after(k->z, f->step.y, share)},
                                {p->bias ? DNNL_ARG_BIAS : 0, dk_dnn_after(k->bias, f->step.bias, share)},
                                {0}};
    DK_TRY(dk_dnn_run(p->plan.engine, &f->run, dk_dnn_product_pad(p), data, p->what, err));
    if (k->norm != NULL) {
        dk_dnn_pass_images(k, share, f->shares, dk_dnn_norm_measure);
    }
    return DK_OK;
}

dk_status dk_dnn_product_forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    const bool norm = p->norm && p->train, shares = p->forward.shares > 1;
    dk_dnn_pass k = {.p = p,
                     .a = a,
                     .x = a->x[0]->data,
                     .z = p->keep_z ? dk_piece_at(plan->memory.kept, p->z_at) : a->y->data,
                     .bias = p->norm ? dk_piece_at(plan->memory.packed, p->bias_at) : a->w->biases};
    dk_dnn_norm_job job;
    if (norm) {
        job = dk_dnn_norm_forward(&p->bn, a->w, k.z, a->y->data, dk_piece_at(plan->memory.kept, p->bn_at),
                                  dk_dnn_product_scratch(p, p->sums_at));
        job.ranks = a->ranks;
        k.norm = shares ? &job : NULL;
    }
    DK_TRY(dk_dnn_product_pack(p, &p->forward, a, &k.w, err));
    DK_TRY(dk_dnn_reorder(plan->engine, &p->forward.x, dk_dnn_product_pad(p), &k.x,
                          dk_dnn_product_scratch(p, p->x_at), err));
    DK_TRY(dk_dnn_share_out(plan->engine, p->forward.shares, forward_share, &k, err));
    if (norm && shares) {
        dk_dnn_norm_merge(&job);
        dk_dnn_norm_finish_all(&job);
    } else if (norm) {
        dk_dnn_norm_run(&job);
    } else if (!p->post && p->act != DK_ACT_LINEAR) {
        activate(p, k.z, a->y->data);
    }
    return DK_OK;
}
