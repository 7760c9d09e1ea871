/* What tensors are held in: plain, or rows (NHWC) of float or bf16. */
#include "backend/cuda/device/engine.h"

static const dk_cuda_form forms[DK_CUDA_FORMS] = {DK_CUDA_PLAIN, DK_CUDA_ROWS, DK_CUDA_ROWS_BF16};

dk_cuda_form dk_cuda_form_of(const dk_tensor *t) {
    return t->layout == NULL ? DK_CUDA_PLAIN : *(const dk_cuda_form *)t->layout;
}

void dk_cuda_set_form(dk_tensor *t, dk_cuda_form form) {
    t->layout = dk_cuda_same(t->shape, form, DK_CUDA_PLAIN) ? NULL : &forms[form];
}

size_t dk_cuda_bytes(dk_shape shape, dk_cuda_form form) {
    return dk_shape_count(shape) * (form == DK_CUDA_ROWS_BF16 ? sizeof(dk_bf16) : sizeof(float));
}

bool dk_cuda_same(dk_shape shape, dk_cuda_form a, dk_cuda_form b) {
    const bool floats = a != DK_CUDA_ROWS_BF16 && b != DK_CUDA_ROWS_BF16;
    return a == b || (floats && (shape.c == 1 || (shape.h == 1 && shape.w == 1)));
}
