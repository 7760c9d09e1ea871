/* Planning of products: which layouts, which primitives, which memory. A way is asked for twice, once with
 * the layouts that the tensors have and once with the library's own choice; the second costs reorders and is
 * taken when only it is compiled for the processor (plain NCHW falls to a matrix product or to plain loops).
 */
#include "backend/onednn/product.h"

#include <stdio.h>

typedef struct {
    dk_dnn_product *p;
    const dk_plan_desc *d;
    const dk_dnn_product_kind *kind;
    dnnl_memory_desc_t w_plain, w_any, dw_any,
        bias; /* w_any in the precision of the product, the others float */
} planner;

static dk_status ask(const planner *k, dnnl_prop_kind_t way, const dnnl_memory_desc_t *x,
                     const dnnl_memory_desc_t *y, dnnl_primitive_desc_t *out, dk_error *err) {
    dk_dnn_product *p = k->p;
    const dnnl_memory_desc_t *w = way == dnnl_backward_weights ? &k->dw_any : &k->w_any;
    const dk_dnn_sides sides = {way, x, w, p->bias && way != dnnl_backward_data ? &k->bias : NULL, y};
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
    return dk_dnn_make(run, k->p->what, err);
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

static dk_status plan_forward(const planner *k, dk_error *err) {
    dk_dnn_product *p = k->p;
    dk_dnn *e = p->plan.engine;
    const dk_precision precision = k->kind->precision;
    const dnnl_memory_desc_t own = dk_dnn_md(k->d->x[0]), as_own = dk_dnn_md_in(&own, precision),
                             any = dk_dnn_md_any(k->d->x[0]->shape, precision);
    const bool ours_first = k->d->x[0]->layout != NULL || k->kind->y.format_kind != dnnl_format_kind_any;
    const dnnl_memory_desc_t *const x[2] = {ours_first ? &as_own : &any, ours_first ? &any : &as_own};
    const dnnl_memory_desc_t *const y[2] = {&k->kind->y, &k->kind->y};
    dk_dnn_way *f = &p->forward;
    DK_TRY(choose(k, p->train ? dnnl_forward_training : dnnl_forward_inference, x, y, &f->run, err));
    DK_TRY(dk_dnn_reorder_make(e, &f->x, &own, dk_dnn_wants(&f->run, DNNL_ARG_SRC), err));
    return dk_dnn_packing_make(e, &f->w, &k->w_plain, dk_dnn_wants(&f->run, DNNL_ARG_WEIGHTS), err);
}

static dk_status plan_backward(const planner *k, dk_error *err) {
    dk_dnn_product *p = k->p;
    dk_dnn *e = p->plan.engine;
    const dk_precision precision = k->kind->precision;
    const dnnl_memory_desc_t own = dk_dnn_md(k->d->x[0]), any = dk_dnn_md_any(k->d->x[0]->shape, precision);
    const dnnl_memory_desc_t *dst = dk_dnn_wants(&p->forward.run, DNNL_ARG_DST);
    const dnnl_memory_desc_t as_dst = dk_dnn_md_in(dst, precision),
                             y_any = dk_dnn_md_in(&k->kind->y, precision);
    const dnnl_memory_desc_t *const x[2] = {dk_dnn_wants(&p->forward.run, DNNL_ARG_SRC), &any};
    const dnnl_memory_desc_t *const y[2] = {&as_dst, &y_any};
    dk_dnn_way *w = &p->weights, *b = &p->data;
    DK_TRY(choose(k, dnnl_backward_weights, x, y, &w->run, err));
    DK_TRY(dk_dnn_reorder_make(e, &w->x, &own, dk_dnn_wants(&w->run, DNNL_ARG_SRC), err));
    DK_TRY(dk_dnn_reorder_make(e, &w->y, dst, dk_dnn_wants(&w->run, DNNL_ARG_DIFF_DST), err));
    DK_TRY(dk_dnn_packing_make(e, &w->w, dk_dnn_wants(&w->run, DNNL_ARG_DIFF_WEIGHTS), &k->w_plain, err));
    if (k->kind->own_weights != NULL) {
        DK_TRY(k->kind->own_weights(p, k->d, err));
    }
    if (!k->d->wants_dx) {
        return DK_OK;
    }
    DK_TRY(choose(k, dnnl_backward_data, x, y, &b->run, err));
    DK_TRY(dk_dnn_reorder_make(e, &b->x, dk_dnn_wants(&b->run, DNNL_ARG_DIFF_SRC), &own, err));
    DK_TRY(dk_dnn_reorder_make(e, &b->y, dst, dk_dnn_wants(&b->run, DNNL_ARG_DIFF_DST), err));
    return dk_dnn_packing_make(e, &b->w, &k->w_plain, dk_dnn_wants(&b->run, DNNL_ARG_WEIGHTS), err);
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
        p->forward.packed_at = dk_piece(&seam->packed, dk_dnn_bytes_of(&f->run, DNNL_ARG_WEIGHTS));
    }
    p->data.packed_at = dk_piece(&seam->packed, b->w.needed ? dk_dnn_bytes_of(&b->run, DNNL_ARG_WEIGHTS) : 0);
    p->bias_at = dk_piece(&seam->packed, folds ? (size_t)p->filters * sizeof(float) : 0);
    p->pad_at = dk_piece(&seam->scratch, larger(pad_of(f), larger(pad_of(b), pad_of(w))));
    p->x_at = dk_piece(&seam->scratch, larger(moved(&f->x, DNNL_ARG_TO), moved(&w->x, DNNL_ARG_TO)));
    p->fold_at = dk_piece(&seam->scratch, folds && f->w.needed ? p->w_count * sizeof(float) : 0);
    p->sums_at = dk_piece(&seam->scratch, p->bn.scratch);
    p->own_at = dk_piece(&seam->scratch, p->gradient.scratch);
    if (p->train) {
        p->dz_at = dk_piece(&seam->scratch, p->norm || p->act != DK_ACT_LINEAR ? z : 0);
        p->y_at = dk_piece(&seam->scratch, larger(moved(&b->y, DNNL_ARG_TO), moved(&w->y, DNNL_ARG_TO)));
        p->dx_at = dk_piece(&seam->scratch, moved(&b->x, DNNL_ARG_FROM));
        p->dw_at =
            dk_piece(&seam->scratch, w->w.needed ? dk_dnn_bytes_of(&w->run, DNNL_ARG_DIFF_WEIGHTS) : 0);
    }
}

dk_status dk_dnn_product_plan(dk_dnn_product *p, const dk_plan_desc *d, const dk_dnn_product_kind *kind,
                              dk_error *err) {
    planner k = {.p = p, .d = d, .kind = kind, .bias = dk_dnn_md_list(d->y->shape.c)};
    const dnnl_format_tag_t plain = kind->w_dims == 5 ? dnnl_abcde : dnnl_abcd;
    DK_TRY(
        dk_dnn_check(dnnl_memory_desc_init_by_tag(&k.w_plain, kind->w_dims, kind->w_shape, dnnl_f32, plain),
                     kind->what, err));
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_by_tag(&k.dw_any, kind->w_dims, kind->w_shape, dnnl_f32,
                                                     kind->plain_weights ? plain : dnnl_format_tag_any),
                        kind->what, err));
    k.w_any = dk_dnn_md_in(&k.dw_any, kind->precision);
    decide(p, d, kind);
    DK_TRY(plan_forward(&k, err));
    const dnnl_memory_desc_t *dst = dk_dnn_wants(&p->forward.run, DNNL_ARG_DST);
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
}

void dk_dnn_product_free(dk_dnn_plan *plan) {
    dk_dnn_product *p = (dk_dnn_product *)plan;
    dk_dnn_way_free(&p->forward);
    dk_dnn_way_free(&p->data);
    dk_dnn_way_free(&p->weights);
}
