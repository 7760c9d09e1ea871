/* Planning of products: which layouts, which primitives, which memory. A way is asked for twice, once with
 * the layouts that the tensors have and once with the library's own choice; the second costs reorders and is
 * taken when only it is compiled for the processor (plain NCHW falls to a matrix product or to plain loops).
 */
#include "backend/onednn/product.h"

#include <stdio.h>

#include "backend/onednn/cut.h"

typedef struct {
    dk_dnn_product *p;
    const dk_plan_desc *d;
    const dk_dnn_product_kind *kind;
    dk_dnn_cut cut;
} planner;

static dk_status ask(const planner *k, dnnl_prop_kind_t way, const dnnl_memory_desc_t *x,
                     const dnnl_memory_desc_t *y, dnnl_primitive_desc_t *out, dk_error *err) {
    dk_dnn_product *p = k->p;
    const dnnl_memory_desc_t *w = way == dnnl_backward_weights ? &k->cut.dw_any : &k->cut.w_any;
    const dk_dnn_sides sides = {way, x, w, p->bias && way != dnnl_backward_data ? &k->cut.bias : NULL, y};
    const bool forward = way == dnnl_forward_training || way == dnnl_forward_inference;
    dk_dnn_op_desc op;
    *out = NULL;
    DK_TRY(dk_dnn_check(k->kind->describe(k->d, &sides, &op), p->what, err));
    return dk_dnn_describe(p->plan.engine, out, &op, forward ? NULL : p->forward.run.desc,
                           forward && p->post ? p->act : DK_ACT_LINEAR, p->what, err);
}

/* Fills run->desc with the better of two ways; the first wins when they are equally good. */
static dk_status choose(const planner *k, dnnl_prop_kind_t way, const dnnl_memory_desc_t *const x[2],
                        const dnnl_memory_desc_t *const y[2], dk_dnn_primitive *run, dk_error *err) {
    dnnl_primitive_desc_t found[2] = {NULL, NULL};
    dk_status status = ask(k, way, x[0], y[0], &found[0], err);
    if (dk_dnn_rank(found[0]) < 2) {
        const dk_status again = ask(k, way, x[1], y[1], &found[1], err);
        status = found[0] != NULL ? DK_OK : again;
    }
    const int best = dk_dnn_rank(found[1]) > dk_dnn_rank(found[0]);
    if (found[!best] != NULL) {
        dnnl_primitive_desc_destroy(found[!best]);
    }
    run->desc = found[best];
    DK_TRY(status);
    if (way != dnnl_backward_weights && k->kind->precision == DK_BF16 && dk_dnn_rank(run->desc) == 0) {
        return dk_dnn_refuse(k->d, err); /* plain loops: float32 is faster */
    }
    return dk_dnn_make(k->p->plan.engine, run, k->p->what, err);
}

/* The same for as many threads as will run it. */
static dk_status choose_share(const planner *k, dnnl_prop_kind_t way, const dnnl_memory_desc_t *const x[2],
                              const dnnl_memory_desc_t *const y[2], dk_dnn_primitive *run, dk_error *err) {
    run->wide = dk_dnn_cut_wide(&k->cut);
    dk_dnn_threads(k->p->plan.engine, run->wide);
    const dk_status status = choose(k, way, x, y, run, err);
    dk_dnn_threads(k->p->plan.engine, false);
    return status;
}

/* What the activation becomes, and whether the sums must be kept. */
static void decide(dk_dnn_product *p, const dk_plan_desc *d, const dk_dnn_product_kind *kind) {
    const bool apart =
        d->train && kind->norm; /* the normalisation has passes of its own, the activation in them */
    p->what = kind->what;
    p->act = d->act;
    p->train = d->train;
    p->norm = kind->norm;
    p->bias = !apart;
    p->post = !apart && dk_dnn_eltwise(d->act) && (!d->train || dk_act_from_value(d->act));
    p->keep_z = apart || (d->train && !dk_act_from_value(d->act));
    p->filters = d->y->shape.c;
    p->w_count = 1;
    for (int i = 0; i < kind->w_dims; i++) {
        p->w_count *= (size_t)kind->w_shape[i];
    }
}

static dk_status plan_forward(const planner *k, dk_dnn_way *f, dk_error *err) {
    dk_dnn_product *p = k->p;
    dk_dnn *e = p->plan.engine;
    const dk_precision precision = k->kind->precision;
    const dnnl_memory_desc_t own = dk_dnn_md(k->d->x[0]),
                             own_part = dk_dnn_cut_share(&k->cut, &own, k->cut.x),
                             as_own = dk_dnn_md_in(&own_part, precision),
                             any = dk_dnn_md_any(k->cut.x, precision);
    const bool ours_first = k->d->x[0]->layout != NULL || k->kind->y.format_kind != dnnl_format_kind_any;
    const dnnl_memory_desc_t *const x[2] = {ours_first ? &as_own : &any, ours_first ? &any : &as_own};
    const dnnl_memory_desc_t *const y[2] = {&k->cut.y_any, &k->cut.y_any};
    DK_TRY(choose_share(k, p->train ? dnnl_forward_training : dnnl_forward_inference, x, y, &f->run, err));
    const dnnl_memory_desc_t *src = dk_dnn_wants(&f->run, DNNL_ARG_SRC),
                             *dst = dk_dnn_wants(&f->run, DNNL_ARG_DST);
    if (k->cut.shares > 1 &&
        !(dk_dnn_cut_stacks(&k->cut, src, k->cut.x) && dk_dnn_cut_stacks(&k->cut, dst, k->cut.y))) {
        return dk_dnn_refuse(k->d, err);
    }
    dk_dnn_cut_steps(&k->cut, f, src, dst);
    p->src = dk_dnn_cut_whole(&k->cut, src, k->d->x[0]->shape);
    p->dst = dk_dnn_cut_whole(&k->cut, dst, k->d->y->shape);
    DK_TRY(dk_dnn_reorder_make(e, &f->x, &own, &p->src, err));
    return dk_dnn_packing_make(e, &f->w, &k->cut.w_plain, dk_dnn_wants(&f->run, DNNL_ARG_WEIGHTS), err);
}

/* What a share of the way to w sees of dz: images one behind the other; its outputs are brought together first. */
static dk_status plan_dz(const planner *k, dk_dnn_way *way, const dnnl_memory_desc_t *wants, dk_error *err) {
    dk_dnn_product *p = k->p;
    const dk_shape s = k->cut.y;
    const dnnl_dims_t dims = {s.n, s.c, s.h, s.w}, second = {0, s.c, 0, 0}, first = {0};
    dnnl_memory_desc_t from, next;
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_submemory(&from, &p->dst, dims, first), p->what, err));
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_submemory(&next, &p->dst, dims, second), p->what, err));
    DK_TRY(dk_dnn_gather_make(p->plan.engine, &way->y, &from, wants, err));
    way->step = (dk_dnn_steps){.y = (size_t)next.offset0 * dk_dnn_item(dk_dnn_md_precision(&next)),
                               .plain = dnnl_memory_desc_get_size(&k->cut.w_plain),
                               .bias = (size_t)s.c * sizeof(float)};
    way->shares = k->cut.shares;
    return DK_OK;
}

/* To x or to w; in shares only where no side needs a reorder. */
static dk_status plan_back(const planner *k, dk_dnn_way *way, dk_error *err) {
    dk_dnn_product *p = k->p;
    dk_dnn *e = p->plan.engine;
    const bool to_w = way == &p->weights;
    const dk_precision precision = k->kind->precision;
    const dnnl_memory_desc_t own = dk_dnn_md(k->d->x[0]), src = dk_dnn_cut_share(&k->cut, &p->src, k->cut.x),
                             any = dk_dnn_md_any(k->cut.x, precision),
                             dst = dk_dnn_cut_share(&k->cut, &p->dst, k->cut.y),
                             as_dst = dk_dnn_md_in(&dst, precision),
                             y_any = dk_dnn_md_in(&k->cut.y_any, precision);
    const dnnl_memory_desc_t *const x[2] = {&src, &any}, *const y[2] = {&as_dst, &y_any};
    DK_TRY(choose_share(k, to_w ? dnnl_backward_weights : dnnl_backward_data, x, y, &way->run, err));
    const dnnl_memory_desc_t *in = dk_dnn_wants(&way->run, to_w ? DNNL_ARG_SRC : DNNL_ARG_DIFF_SRC),
                             *out = dk_dnn_wants(&way->run, DNNL_ARG_DIFF_DST),
                             *w = dk_dnn_wants(&way->run, to_w ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS);
    if (k->cut.shares > 1 && !(dnnl_memory_desc_equal(in, &src) && dnnl_memory_desc_equal(out, &dst) &&
                               dnnl_memory_desc_equal(&own, &p->src))) {
        return dk_dnn_refuse(k->d, err);
    }
    DK_TRY(dk_dnn_packing_make(e, &way->w, to_w ? w : &k->cut.w_plain, to_w ? &k->cut.w_plain : w, err));
    if (k->cut.by_outputs) {
        return plan_dz(k, way, out, err);
    }
    dk_dnn_cut_steps(&k->cut, way, in, out);
    const dnnl_memory_desc_t x_whole = dk_dnn_cut_whole(&k->cut, in, k->d->x[0]->shape),
                             y_whole = dk_dnn_cut_whole(&k->cut, out, k->d->y->shape);
    DK_TRY(dk_dnn_reorder_make(e, &way->x, to_w ? &own : &x_whole, to_w ? &x_whole : &own, err));
    return dk_dnn_reorder_make(e, &way->y, &p->dst, &y_whole, err);
}

/* Plans a way in shares; where that is refused, whole. */
static dk_status plan_way(planner *k, dk_dnn_way *way,
                          dk_status (*plan)(const planner *, dk_dnn_way *, dk_error *), dk_error *err) {
    dk_error why = {.status = DK_OK};
    dk_status status = plan(k, way, &why);
    if (status == DK_EUNSUPPORTED && k->cut.shares > 1) {
        dk_dnn_way_free(way);
        DK_TRY(dk_dnn_cut_images(&k->cut, 1, err));
        why = (dk_error){.status = DK_OK};
        status = plan(k, way, &why);
    }
    if (status != DK_OK && err != NULL) {
        *err = why;
    }
    return status;
}

static dk_status plan_weights(planner *k, dk_error *err) {
    enum { MOST = 1 << 20 }; /* bytes of gradients of shares: summing them must stay cheap */
    dk_dnn_product *p = k->p;
    const int images = p->forward.shares;
    const bool sums = (size_t)images * p->w_count * sizeof(float) <= MOST && !p->bias;
    DK_TRY(dk_dnn_cut_weights(&k->cut, images, sums, err));
    DK_TRY(plan_way(k, &p->weights, plan_back, err));
    return k->kind->own_weights == NULL ? DK_OK : k->kind->own_weights(p, k->d, err);
}

static dk_status plan_backward(planner *k, dk_error *err) {
    dk_dnn_product *p = k->p;
    DK_TRY(plan_weights(k, err));
    if (!k->d->wants_dx) {
        return DK_OK;
    }
    DK_TRY(dk_dnn_cut_images(&k->cut, p->forward.shares, err));
    return plan_way(k, &p->data, plan_back, err);
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Bytes that the reorder's result takes; 0 where there is no reorder. */
static size_t moved(const dk_dnn_primitive *reorder, int arg) {
    return dk_dnn_bytes_of(reorder, arg);
}

static size_t pad_of(const dk_dnn_way *way) {
    const dk_dnn_primitive *const all[] = {&way->run, &way->x, &way->y};
    size_t most = dk_dnn_packing_pad(&way->w);
    for (int i = 0; i < 3; i++) {
        most = larger(most, dk_dnn_bytes_of(all[i], DNNL_ARG_SCRATCHPAD));
    }
    return most;
}

/* Packed weights of all shares. */
static size_t packed(const dk_dnn_way *way, int arg, bool each) {
    return dk_dnn_bytes_of(&way->run, arg) * (size_t)(each ? way->shares : 1);
}

static bool by_outputs(const dk_dnn_way *way) {
    return way->step.plain > 0;
}

static void lay_out(dk_dnn_product *p) {
    dk_plan *seam = &p->plan.seam;
    const dk_dnn_way *f = &p->forward, *b = &p->data, *w = &p->weights;
    const bool folds = p->norm && !p->train;
    const size_t z = p->z_count * p->items->item;
    if (p->keep_z) {
        p->z_at = dk_piece(&seam->kept, z);
        p->bn_at = dk_piece(&seam->kept, p->bn.kept);
    }
    if (folds || f->w.needed) {
        p->forward.packed_at = dk_piece(&seam->packed, packed(f, DNNL_ARG_WEIGHTS, f->step.w > 0));
    }
    p->data.packed_at = dk_piece(&seam->packed, b->w.needed ? packed(b, DNNL_ARG_WEIGHTS, false) : 0);
    p->bias_at = dk_piece(&seam->packed, folds ? (size_t)p->filters * sizeof(float) : 0);
    (void)dk_piece(&p->own_bytes, larger(pad_of(f), larger(pad_of(b), pad_of(w))));
    if (by_outputs(w)) {
        p->dz_own_at = dk_piece(&p->own_bytes, moved(&w->y, DNNL_ARG_TO));
        p->dw_own_at = dk_piece(&p->own_bytes, dk_dnn_bytes_of(&w->run, DNNL_ARG_DIFF_WEIGHTS));
    }
    (void)dk_piece(&p->own_bytes, 0);
    p->own_at = dk_piece(&seam->scratch, p->own_bytes * (size_t)p->plan.engine->seam.threads);
    p->x_at = dk_piece(&seam->scratch, larger(moved(&f->x, DNNL_ARG_TO), moved(&w->x, DNNL_ARG_TO)));
    p->fold_at = dk_piece(&seam->scratch, folds && f->w.needed ? p->w_count * sizeof(float) : 0);
    p->sums_at = dk_piece(&seam->scratch, p->bn.scratch);
    p->pairs_at = dk_piece(&seam->scratch, p->gradient.scratch);
    if (p->train) {
        p->dz_at = dk_piece(&seam->scratch, p->norm || p->act != DK_ACT_LINEAR ? z : 0);
        p->y_at = dk_piece(&seam->scratch,
                           larger(moved(&b->y, DNNL_ARG_TO), by_outputs(w) ? 0 : moved(&w->y, DNNL_ARG_TO)));
        p->dx_at = dk_piece(&seam->scratch, moved(&b->x, DNNL_ARG_FROM));
        p->dw_at = dk_piece(&seam->scratch, !by_outputs(w) && (w->w.needed || w->shares > 1)
                                                ? packed(w, DNNL_ARG_DIFF_WEIGHTS, w->shares > 1)
                                                : 0);
    }
}

dk_status dk_dnn_product_plan(dk_dnn_product *p, const dk_plan_desc *d, const dk_dnn_product_kind *kind,
                              dk_error *err) {
    planner k = {.p = p, .d = d, .kind = kind, .cut = {.engine = p->plan.engine, .d = d, .kind = kind}};
    decide(p, d, kind);
    DK_TRY(dk_dnn_cut_forward(&k.cut, err));
    DK_TRY(plan_way(&k, &p->forward, plan_forward, err));
    const dnnl_memory_desc_t *dst = &p->dst;
    p->plan.seam.y_bytes = dnnl_memory_desc_get_size(dst);
    p->items = p->plan.engine->kernels[dk_dnn_md_precision(dst)];
    p->z_count = p->plan.seam.y_bytes / p->items->item;
    d->y->layout = NULL;
    if (dst->ndims == 4) {
        DK_TRY(dk_dnn_layout_set(p->plan.engine, d->y, dst, err));
    }
    const char *with = "";
    if (p->norm && p->train) {
        DK_TRY(dk_dnn_norm_plan(&p->bn, p->plan.engine, d->y, d->act, kind->momentum, err));
        with = dk_dnn_norm_name(&p->bn);
    }
    if (p->train) {
        DK_TRY(plan_backward(&k, err));
    }
    lay_out(p);
    snprintf(p->plan.seam.impl, sizeof p->plan.seam.impl, "%.32s%s%s", dk_dnn_impl(p->forward.run.desc),
             *with == 0 ? "" : ", norm ", with);
    return DK_OK;
}

void dk_dnn_way_free(dk_dnn_way *way) {
    dk_dnn_primitive_free(&way->run);
    dk_dnn_primitive_free(&way->x);
    dk_dnn_primitive_free(&way->y);
    dk_dnn_packing_free(&way->w);
    *way = (dk_dnn_way){.shares = 0};
}

void dk_dnn_product_free(dk_dnn_plan *plan) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    dk_dnn_way_free(&p->forward);
    dk_dnn_way_free(&p->data);
    dk_dnn_way_free(&p->weights);
}
