/* Any convolution as a product over its windows, which are unfolded for as many pictures at once as MOST bytes hold. Filters
 * are packed to the order of the columns: output, cell, channel of the group. */
#include "backend/cuda/device/conv.h"
#include "backend/cuda/device/product.h"

enum { MOST = 64 << 20 };

static bool takes(dk_cuda_plan *p) {
    (void)p;
    return true;
}

static size_t item(const dk_cuda_plan *p) {
    return dk_cuda_is_bf16(p) ? sizeof(dk_bf16) : sizeof(float);
}

static int cells(const dk_cuda_window *w) {
    return w->kh * w->kw;
}

/* Values of a row of the columns. */
static size_t width(const dk_cuda_window *w) {
    return (size_t)w->x.c * (size_t)cells(w);
}

static size_t filter_count(const dk_cuda_window *w) {
    return (size_t)w->y.c * width(w) / (size_t)w->groups;
}

static void plan(dk_cuda_plan *p) {
    const dk_cuda_window *w = &p->conv.window;
    const size_t each = (size_t)w->y.h * (size_t)w->y.w * width(w) * item(p),
                 fit = each > 0 ? MOST / each : 1;
    p->conv.pictures = fit < 1 ? 1 : fit < (size_t)w->y.n ? (int)fit : w->y.n;
    p->conv.columns_at = dk_cuda_reserve(p, (size_t)p->conv.pictures * each);
    p->seam.packed = filter_count(w) * item(p);
    if (p->desc.train) {
        p->conv.filters_at = dk_cuda_reserve(p, filter_count(w) * sizeof(float));
    }
}

static void pack(const dk_cuda_plan *p, const float *weights, void *packed) {
    const dk_cuda_window *w = &p->conv.window;
    dk_cuda_pack_filters(p->engine->stream, w->y.c, cells(w), w->x.c / w->groups, weights, dk_cuda_is_bf16(p),
                         packed);
}

/* What group g of the product begins with. */
static const void *of_group(const void *at, size_t values, size_t item) {
    return (const char *)at + values * item;
}

static dk_cuda_window part_of(const dk_cuda_plan *p, int picture) {
    dk_cuda_window w = p->conv.window;
    const int left = w.y.n - picture;
    w.x.n = w.y.n = left < p->conv.pictures ? left : p->conv.pictures;
    return w;
}

static dk_cuda_product product_of(const dk_cuda_plan *p, const dk_cuda_window *w) {
    const int inputs = (int)width(w) / w->groups;
    return (dk_cuda_product){.bf16 = dk_cuda_is_bf16(p),
                             .rows = (size_t)w->y.n * (size_t)w->y.h * (size_t)w->y.w,
                             .inputs = inputs,
                             .outputs = w->y.c / w->groups,
                             .ldx = (int)width(w),
                             .ldw = inputs,
                             .ldy = w->y.c};
}

/* Pictures `picture` and on, of a tensor of these sides. */
static const void *of_picture(const void *at, dk_cuda_sides s, int picture, size_t item) {
    return (const char *)at + (size_t)picture * (size_t)s.c * (size_t)s.h * (size_t)s.w * item;
}

static dk_status forward(dk_cuda_plan *p, const void *x, const void *filters, void *r, dk_error *err) {
    const size_t size = item(p);
    void *columns = dk_cuda_scratch(p, p->conv.columns_at);
    for (int n = 0; n < p->y.n; n += p->conv.pictures) {
        const dk_cuda_window w = part_of(p, n);
        const dk_cuda_product k = product_of(p, &w);
        dk_cuda_unfold(p->engine->stream, &w, k.bf16, of_picture(x, w.x, n, size), columns);
        void *to = (void *)(uintptr_t)of_picture(r, w.y, n, size);
        for (size_t g = 0; g < (size_t)w.groups; g++) {
            const size_t inputs = (size_t)k.inputs, outputs = (size_t)k.outputs;
            DK_TRY(dk_cuda_multiply_rows(p->engine, &k, of_group(columns, g * inputs, size),
                                         of_group(filters, g * outputs * inputs, size),
                                         (void *)(uintptr_t)of_group(to, g * outputs, size), err));
        }
    }
    return DK_OK;
}

static dk_status back(dk_cuda_plan *p, const void *dr, const void *filters, void *dx, dk_error *err) {
    const size_t size = item(p);
    void *columns = dk_cuda_scratch(p, p->conv.columns_at);
    for (int n = 0; n < p->y.n; n += p->conv.pictures) {
        const dk_cuda_window w = part_of(p, n);
        const dk_cuda_product k = product_of(p, &w);
        const void *from = of_picture(dr, w.y, n, size);
        for (size_t g = 0; g < (size_t)w.groups; g++) {
            const size_t inputs = (size_t)k.inputs, outputs = (size_t)k.outputs;
            DK_TRY(dk_cuda_multiply_back(p->engine, &k, of_group(from, g * outputs, size),
                                         of_group(filters, g * outputs * inputs, size),
                                         (void *)(uintptr_t)of_group(columns, g * inputs, size), err));
        }
        dk_cuda_fold(p->engine->stream, &w, k.bf16, columns, (void *)(uintptr_t)of_picture(dx, w.x, n, size));
    }
    return DK_OK;
}

static dk_status weigh(dk_cuda_plan *p, const void *x, const void *dr, float *dw, dk_error *err) {
    const size_t size = item(p);
    void *columns = dk_cuda_scratch(p, p->conv.columns_at);
    float *sums = dk_cuda_scratch(p, p->conv.filters_at);
    const dk_cuda_window *all = &p->conv.window;
    for (int n = 0; n < p->y.n; n += p->conv.pictures) {
        const dk_cuda_window w = part_of(p, n);
        const dk_cuda_product k = product_of(p, &w);
        dk_cuda_unfold(p->engine->stream, &w, k.bf16, of_picture(x, w.x, n, size), columns);
        const void *from = of_picture(dr, w.y, n, size);
        for (size_t g = 0; g < (size_t)w.groups; g++) {
            const size_t inputs = (size_t)k.inputs, outputs = (size_t)k.outputs;
            DK_TRY(dk_cuda_multiply_dw(p->engine, &k, of_group(columns, g * inputs, size),
                                       of_group(from, g * outputs, size), n > 0 ? 1 : 0,
                                       sums + g * outputs * inputs, err));
        }
    }
    dk_cuda_unpack_filters(p->engine->stream, all->y.c, cells(all), all->x.c / all->groups, false, sums, dw);
    return DK_OK;
}

const dk_cuda_way dk_cuda_way_unfold = {
    .name = "unfold",
    .takes = takes,
    .plan = plan,
    .pack = pack,
    .forward = forward,
    .back = back,
    .weigh = weigh,
};
