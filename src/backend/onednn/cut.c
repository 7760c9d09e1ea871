#include "backend/onednn/cut.h"

#include "backend/onednn/shares.h"

enum { MOST_SHARES = 16 };

static dk_status see(dk_dnn_cut *k, int shares, bool by_outputs, dk_error *err) {
    const dk_dnn_product_kind *kind = k->kind;
    const dnnl_format_tag_t plain = kind->w_dims == 5 ? dnnl_abcde : dnnl_abcd;
    dnnl_dims_t w = {0};
    for (int i = 0; i < kind->w_dims; i++) {
        w[i] = kind->w_shape[i];
    }
    k->shares = shares;
    k->by_outputs = by_outputs;
    k->x = k->d->x[0]->shape;
    k->y = k->d->y->shape;
    if (by_outputs) {
        w[0] /= shares;
        k->y.c /= shares;
        k->x.c /= kind->groups > 1 ? shares : 1;
    } else {
        k->x.n /= shares;
        k->y.n /= shares;
    }
    k->y_any = shares == 1  ? kind->y
               : by_outputs ? dk_dnn_md_blocks(k->y, kind->precision, k->engine->kernels[DK_F32]->width)
                            : dk_dnn_md_any(k->y, kind->precision);
    k->bias = dk_dnn_md_list(k->y.c);
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_by_tag(&k->w_plain, kind->w_dims, w, dnnl_f32, plain),
                        kind->what, err));
    DK_TRY(dk_dnn_check(dnnl_memory_desc_init_by_tag(&k->dw_any, kind->w_dims, w, dnnl_f32,
                                                     kind->plain_weights ? plain : dnnl_format_tag_any),
                        kind->what, err));
    k->w_any = dk_dnn_md_in(&k->dw_any, kind->precision);
    return DK_OK;
}

bool dk_dnn_cut_wide(const dk_dnn_cut *k) {
    return k->shares == 1 && k->kind->work >= (k->d->train ? DK_DNN_ENOUGH : DK_DNN_ENOUGH / 20);
}

dk_status dk_dnn_cut_images(dk_dnn_cut *k, int shares, dk_error *err) {
    return see(k, shares, false, err);
}

/* Weights are read anew by each share: where nothing is learnt, that is most of what shares cost. */
static double enough(const dk_dnn_cut *k) {
    return (k->d->train ? 1 : 3) * DK_DNN_ENOUGH;
}

/* Shares of outputs are of whole blocks of channels, in whatever layout; 1 where there are none. */
static int shares_of_outputs(const dk_dnn_cut *k, int most) {
    const int channels = k->d->y->shape.c;
    return channels % DK_DNN_LANES != 0
               ? 1
               : dk_dnn_share_count(channels / DK_DNN_LANES, most, k->engine->seam.threads, k->kind->work,
                                    enough(k));
}

/* Depthwise, a share of outputs has its inputs, too; other groups stay together. */
dk_status dk_dnn_cut_forward(dk_dnn_cut *k, dk_error *err) {
    const dk_shape x = k->d->x[0]->shape, y = k->d->y->shape;
    const int threads = k->engine->seam.threads, groups = k->kind->groups;
    const bool outputs = x.n == 1 && !k->d->train && (groups == 1 || (groups == x.c && x.c == y.c));
    if (groups > 0 && outputs) {
        const int shares = shares_of_outputs(k, threads);
        return see(k, shares, shares > 1, err);
    }
    return see(k, groups > 0 ? dk_dnn_share_count(x.n, MOST_SHARES, threads, k->kind->work, enough(k)) : 1,
               false, err);
}

dk_status dk_dnn_cut_weights(dk_dnn_cut *k, int images, bool sums, dk_error *err) {
    const int threads = k->engine->seam.threads;
    if (images > 1 && sums) {
        return see(k, images, false, err);
    }
    const int outputs = k->kind->groups == 1 && threads > 1 ? shares_of_outputs(k, 4 * threads) : 1;
    return see(k, outputs, outputs > 1, err);
}

dnnl_memory_desc_t dk_dnn_cut_whole(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape all) {
    return k->shares > 1 ? dk_dnn_md_like(all, md) : *md;
}

dnnl_memory_desc_t dk_dnn_cut_share(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape share) {
    return k->shares > 1 ? dk_dnn_md_like(share, md) : *md;
}

bool dk_dnn_cut_stacks(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape s) {
    const dnnl_memory_desc_t usual = dk_dnn_md_like(s, md);
    const dnnl_blocking_desc_t *b = &md->format_desc.blocking;
    const bool beside = b->inner_nblks == 0 && b->strides[1] == 1 && s.c > 1; /* channels of a pixel */
    const bool padded = b->inner_nblks > 0 && s.c % b->inner_blks[0] != 0;
    return dnnl_memory_desc_equal(md, &usual) && (!k->by_outputs || !(beside || padded));
}

void dk_dnn_cut_steps(const dk_dnn_cut *k, dk_dnn_way *way, const dnnl_memory_desc_t *x,
                      const dnnl_memory_desc_t *y) {
    way->shares = k->shares;
    if (k->shares > 1) {
        const bool all_x = k->by_outputs && k->kind->groups == 1;
        way->step =
            (dk_dnn_steps){.x = all_x ? 0 : dnnl_memory_desc_get_size(x), .y = dnnl_memory_desc_get_size(y)};
    }
    if (k->by_outputs) {
        way->step.w = dk_dnn_bytes_of(&way->run, DNNL_ARG_WEIGHTS);
        way->step.plain = dnnl_memory_desc_get_size(&k->w_plain);
        way->step.bias = (size_t)k->y.c * sizeof(float);
    }
}
