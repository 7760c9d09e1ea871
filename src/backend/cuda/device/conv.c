/* CONV, in one of these ways: 1×1 as a product over the rows of x; one filter a channel (depthwise) by kernels of our own;
 * others by cuDNN, where the engine is built with it and it takes them; everything else as a product over unfolded windows,
 * a few pictures at a time, group by group. */
#include "backend/cuda/device/conv.h"

#include <limits.h>
#include <stdio.h>

#include "backend/cuda/device/epilogue.h"

static const dk_cuda_way *const ways[] = {&dk_cuda_way_pointwise, &dk_cuda_way_depthwise, &dk_cuda_way_dnn,
                                          &dk_cuda_way_unfold};
enum { WAYS = sizeof ways / sizeof *ways };

static dk_status plan(dk_cuda_plan *p, const dk_plan_desc *d, dk_error *err) {
    const dk_shape x = d->x[0]->shape, y = d->y->shape;
    p->conv.window = (dk_cuda_window){.x = dk_cuda_sides_of(x),
                                      .y = dk_cuda_sides_of(y),
                                      .kh = d->u.conv.kh,
                                      .kw = d->u.conv.kw,
                                      .stride_y = d->u.conv.stride_y,
                                      .stride_x = d->u.conv.stride_x,
                                      .dilation = d->u.conv.dilation,
                                      .groups = d->u.conv.groups,
                                      .top = d->u.conv.top,
                                      .left = d->u.conv.left};
    if ((size_t)y.n * (size_t)y.h * (size_t)y.w > INT_MAX ||
        (size_t)x.c * (size_t)(d->u.conv.kh * d->u.conv.kw) > INT_MAX) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "engine cuda: a convolution of %d pictures of %d×%d cells is too large", y.n, y.h,
                       y.w);
    }
    dk_cuda_tail_plan(p, d->u.conv.norm, true, d->u.conv.momentum);
    size_t k = 0;
    while (k + 1 < WAYS && !ways[k]->takes(p)) {
        k++; /* the last takes all */
    }
    p->way = ways[k];
    snprintf(p->seam.impl, sizeof p->seam.impl, "cuda:%s", p->way->name);
    p->way->plan(p);
    return DK_OK;
}

void dk_cuda_conv_free(dk_cuda_plan *p) {
    if (p->way != NULL && p->way->release != NULL) {
        p->way->release(p);
    }
}

void dk_cuda_conv_close(dk_cuda *e) {
    for (size_t k = 0; k < WAYS; k++) {
        if (ways[k]->close != NULL) {
            ways[k]->close(e);
        }
    }
}

/* Filters as the way wants them, again only when they have changed. */
static const void *filters(dk_cuda_plan *p, const dk_args *a) {
    dk_cuda_conv *k = &p->conv;
    if (p->seam.packed == 0) {
        return a->w->weights;
    }
    if (!k->packed || k->version != a->version) {
        p->way->pack(p, a->w->weights, p->memory.packed);
        k->packed = true;
        k->version = a->version;
    }
    return p->memory.packed;
}

static dk_status forward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    DK_TRY(p->way->forward(p, p->port[0].x, filters(p, a), dk_cuda_sums(p, a), err));
    dk_cuda_tail_finish(p, a);
    return DK_OK;
}

static dk_status backward(dk_cuda_plan *p, const dk_args *a, dk_error *err) {
    const void *dr = dk_cuda_tail_undo(p, a);
    if (a->dw != NULL) {
        DK_TRY(p->way->weigh(p, p->port[0].x, dr, a->dw->weights, err));
    }
    return p->port[0].dx != NULL ? p->way->back(p, dr, filters(p, a), p->port[0].dx, err) : DK_OK;
}

const dk_cuda_op dk_cuda_op_conv = {.reads_x = true, .plan = plan, .forward = forward, .backward = backward};
