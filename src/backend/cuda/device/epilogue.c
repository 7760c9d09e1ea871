#include "backend/cuda/device/epilogue.h"

static bool keeps_sums(const dk_cuda_plan *p) {
    return p->desc.train && (p->tail.norm || !dk_act_from_value(p->desc.act));
}

static size_t rows(const dk_cuda_plan *p) {
    return (size_t)p->y.n * (size_t)p->y.h * (size_t)p->y.w;
}

void dk_cuda_tail_plan(dk_cuda_plan *p, bool norm, bool bias, float momentum) {
    dk_cuda_tail *t = &p->tail;
    const size_t values = dk_cuda_bytes(p->y, p->form), channels = (size_t)p->y.c * sizeof(float);
    *t = (dk_cuda_tail){.norm = norm, .bias = bias, .momentum = momentum};
    if (keeps_sums(p)) {
        (void)dk_piece(&p->seam.kept, values); /* r comes first */
    }
    if (norm) {
        size_t *const owner = p->desc.train ? &p->seam.kept : &p->seam.scratch;
        t->lines_at = dk_piece(owner, DK_CUDA_LINE * channels);
    }
    if (p->desc.train) {
        t->dr_at = dk_cuda_reserve(p, values);
        t->table_at = dk_cuda_reserve(p, dk_cuda_table_size(rows(p), p->y.c) * sizeof(float));
        t->sums_at = dk_cuda_reserve(p, 2 * channels);
    }
}

void *dk_cuda_sums(const dk_cuda_plan *p, const dk_args *a) {
    return keeps_sums(p) ? p->memory.kept : a->y->data;
}

static float *lines(const dk_cuda_plan *p) {
    void *base = p->desc.train ? p->memory.kept : p->memory.scratch;
    return p->tail.norm ? (float *)dk_piece_at(base, p->tail.lines_at) : NULL;
}

static dk_cuda_epilogue epilogue(const dk_cuda_plan *p, const dk_args *a) {
    return (dk_cuda_epilogue){.bf16 = dk_cuda_is_bf16(p),
                              .rows = rows(p),
                              .channels = p->y.c,
                              .act = p->desc.act,
                              .lines = lines(p),
                              .biases = p->tail.bias && !p->tail.norm ? a->w->biases : NULL};
}

void dk_cuda_tail_finish(const dk_cuda_plan *p, const dk_args *a) {
    const dk_cuda_epilogue e = epilogue(p, a);
    const dk_weights *w = a->w;
    cudaStream_t s = p->engine->stream;
    const void *r = dk_cuda_sums(p, a);
    if (p->tail.norm && p->desc.train) {
        dk_cuda_measure(s, &e, r, w->scales, w->biases, w->mean, w->variance, p->tail.momentum,
                        dk_cuda_scratch(p, p->tail.table_at), lines(p));
    } else if (p->tail.norm) {
        dk_cuda_lines(s, e.channels, w->mean, w->variance, w->scales, w->biases, lines(p));
    }
    if (r != a->y->data || e.lines != NULL || e.biases != NULL || e.act != DK_ACT_LINEAR) {
        dk_cuda_finish(s, &e, r, a->y->data);
    }
}

const void *dk_cuda_tail_undo(const dk_cuda_plan *p, const dk_args *a) {
    const dk_cuda_epilogue e = epilogue(p, a);
    const bool linear = e.lines == NULL && e.act == DK_ACT_LINEAR,
               learns = a->dw != NULL && (p->tail.norm || p->tail.bias);
    const dk_cuda_undoing u = {.r = dk_cuda_sums(p, a),
                               .y = a->y->data,
                               .dy = a->dy->data,
                               .dr = linear ? NULL : dk_cuda_scratch(p, p->tail.dr_at),
                               .table = dk_cuda_scratch(p, p->tail.table_at),
                               .sums = dk_cuda_scratch(p, p->tail.sums_at),
                               .biases = learns ? a->dw->biases : NULL,
                               .scales = learns && p->tail.norm ? a->dw->scales : NULL};
    dk_cuda_undo(p->engine->stream, &e, &u);
    return linear ? a->dy->data : u.dr;
}
