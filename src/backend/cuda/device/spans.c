/* Sums, blending and squares, a kernel each; steps of the optimiser, which wait until something else is asked for, so that
 * a kernel does many. */
#include <math.h>

#include "backend/cuda/device/engine.h"

dk_status dk_cuda_update_span(dk_backend *be, const dk_update *u, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    const bool adam = u->rule == DK_RULE_ADAM || u->rule == DK_RULE_ADAMW;
    const dk_cuda_step step = {
        .adam = adam,
        .apart = u->rule == DK_RULE_NESTEROV || u->rule == DK_RULE_ADAMW,
        .rate = u->rate,
        .decay = u->decay,
        .momentum = u->momentum,
        .beta1 = u->beta1,
        .beta2 = u->beta2,
        .eps = u->eps,
        .m_scale = adam ? (float)(1 / (1 - pow((double)u->beta1, (double)u->t))) : 1,
        .v_scale = adam ? (float)(1 / (1 - pow((double)u->beta2, (double)u->t))) : 1,
    };
    if (e->steps.count == DK_CUDA_SPANS) {
        DK_TRY(dk_cuda_enter(e, err));
    }
    if (u->n > 0) {
        dk_cuda_spans_add(
            &e->steps, (dk_cuda_span){.step = step, .n = u->n, .w = u->w, .m = u->m, .v = u->v, .g = u->g});
    }
    return DK_OK;
}

dk_status dk_cuda_blend_span(dk_backend *be, float *into, const float *from, size_t n, float share,
                             dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    DK_TRY(dk_cuda_enter(e, err));
    dk_cuda_blend(e->stream, n, share, into, from);
    return dk_cuda_leave("blend", err);
}

dk_status dk_cuda_sum_tensors(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    DK_TRY(dk_cuda_enter(e, err));
    dk_cuda_sum(e->stream, dk_shape_count(into->shape), dk_cuda_form_of(into) == DK_CUDA_ROWS_BF16,
                into->data, from->data);
    return dk_cuda_leave("sum", err);
}

dk_status dk_cuda_squares_of(dk_backend *be, const float *values, size_t n, double *out, dk_error *err) {
    dk_cuda *e = (dk_cuda *)be;
    double table[DK_CUDA_SQUARES];
    DK_TRY(dk_cuda_enter(e, err));
    dk_cuda_squares(e->stream, n, values, e->squares);
    DK_TRY(dk_cuda_leave("squares", err));
    DK_TRY(dk_cuda_fetch(e, table, e->squares, sizeof table, err));
    *out = 0;
    for (int i = 0; i < DK_CUDA_SQUARES; i++) {
        *out += table[i];
    }
    return DK_OK;
}
