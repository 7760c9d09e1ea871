/* The engine itself: opening a card, the table of operations, the life of a plan. */
#include "backend/cuda/device/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    BLAS_PAD = 32 << 20
}; /* bytes that cuBLAS works in: its own, so that it answers alike whatever else runs */

static const dk_cuda_op *const ops[DK_OP_COUNT] = {
#define ROW(upper, lower) &dk_cuda_op_##lower,
    DK_OPS(ROW)
#undef ROW
};

dk_status dk_cuda_check(cudaError_t error, const char *what, dk_error *err) {
    return error == cudaSuccess
               ? DK_OK
               : dk_fail(err, DK_EBACKEND, "engine cuda: %s: %s", what, cudaGetErrorString(error));
}

dk_status dk_cuda_check_blas(cublasStatus_t status, const char *what, dk_error *err) {
    return status == CUBLAS_STATUS_SUCCESS ? DK_OK
                                           : dk_fail(err, DK_EBACKEND, "engine cuda: %s: cuBLAS: %s", what,
                                                     cublasGetStatusString(status));
}

dk_status dk_cuda_enter(dk_cuda *e, dk_error *err) {
    DK_TRY(dk_cuda_check(cudaSetDevice(e->card), "the card", err));
    if (e->steps.count == 0) {
        return DK_OK;
    }
    dk_cuda_update(e->stream, &e->steps);
    e->steps.count = 0;
    e->steps.blocks = 0;
    return dk_cuda_leave("update", err);
}

dk_status dk_cuda_leave(const char *what, dk_error *err) {
    return dk_cuda_check(cudaGetLastError(), what, err);
}

static size_t bytes(dk_backend *be, const dk_tensor *t) {
    (void)be;
    return dk_cuda_bytes(t->shape, dk_cuda_form_of(t));
}

/* ---- plans ---- */
static void plan_free(dk_plan *plan) {
    dk_cuda_conv_free((dk_cuda_plan *)plan);
    free(plan);
}

static dk_cuda_form form_for(const dk_cuda *e, const dk_plan_desc *d) {
    return ops[d->op]->plain                         ? DK_CUDA_PLAIN
           : d->precision == DK_BF16 && e->seam.bf16 ? DK_CUDA_ROWS_BF16
                                                     : DK_CUDA_ROWS;
}

static dk_status plan(dk_backend *be, const dk_plan_desc *d, dk_plan **out, dk_error *err) {
    const size_t size = sizeof(dk_cuda_plan) + (size_t)d->inputs * sizeof(dk_cuda_port);
    dk_cuda_plan *p = calloc(1, size);
    if (p == NULL) {
        return dk_no_memory(err, size, "a plan");
    }
    p->op = ops[d->op];
    p->engine = (dk_cuda *)be;
    p->desc = *d;
    p->desc.x = NULL;
    p->desc.y = NULL;
    p->y = d->y->shape;
    p->form = form_for(p->engine, d);
    p->seam.backend = be;
    p->seam.precision = dk_cuda_is_bf16(p) ? DK_BF16 : DK_F32;
    p->seam.y_bytes = dk_cuda_bytes(p->y, p->form);
    snprintf(p->seam.impl, sizeof p->seam.impl, "cuda");
    dk_cuda_ports_plan(p, d);
    const dk_status status = p->op->plan != NULL ? p->op->plan(p, d, err) : DK_OK;
    if (status != DK_OK) {
        plan_free(&p->seam);
        return status;
    }
    dk_cuda_set_form(d->y, p->form);
    *out = &p->seam;
    return DK_OK;
}

static dk_status bind(dk_plan *plan, const dk_memory *memory, dk_error *err) {
    (void)err;
    ((dk_cuda_plan *)plan)->memory = *memory;
    return DK_OK;
}

static dk_status forward(dk_plan *plan, const dk_args *a, dk_error *err) {
    dk_cuda_plan *p = (dk_cuda_plan *)plan;
    DK_TRY(dk_cuda_enter(p->engine, err));
    dk_cuda_ports_in(p, a);
    DK_TRY(p->op->forward(p, a, err));
    return dk_cuda_leave(dk_op_name(p->desc.op), err);
}

static dk_status backward(dk_plan *plan, const dk_args *a, dk_error *err) {
    dk_cuda_plan *p = (dk_cuda_plan *)plan;
    assert(p->desc.train);
    DK_TRY(dk_cuda_enter(p->engine, err));
    if (p->op->reads_x) {
        dk_cuda_ports_in(p, a);
    }
    dk_cuda_ports_aim(p, a);
    DK_TRY(p->op->backward(p, a, err));
    dk_cuda_ports_out(p, a);
    return dk_cuda_leave(dk_op_name(p->desc.op), err);
}

/* ---- open and close ---- */
static void close(dk_backend *be) {
    dk_cuda *e = (dk_cuda *)be;
    (void)cudaSetDevice(e->card);
    if (e->stream != NULL) {
        (void)cudaStreamSynchronize(e->stream);
    }
    dk_cuda_staging_close(e);
    dk_cuda_conv_close(e);
    if (e->blas != NULL) {
        (void)cublasDestroy(e->blas);
    }
    (void)cudaFree(e->blas_pad);
    (void)cudaFree(e->squares);
    if (e->copies != NULL) {
        (void)cudaStreamDestroy(e->copies);
    }
    if (e->stream != NULL) {
        (void)cudaStreamDestroy(e->stream);
    }
    free(e);
}

/* How many cards there are, at least one. */
static dk_status count_cards(int *count, dk_error *err) {
    *count = 0;
    cudaError_t error = cudaGetDeviceCount(count);
    if (error == cudaSuccess && *count == 0) {
        error = cudaErrorNoDevice;
    }
    (void)cudaGetLastError();
    return error == cudaSuccess
               ? DK_OK
               : dk_fail(err, DK_EUNSUPPORTED, "engine cuda: no NVIDIA GPU: %s", cudaGetErrorString(error));
}

static dk_status start(dk_cuda *e, dk_error *err) {
    int major = 0;
    DK_TRY(dk_cuda_enter(e, err));
    DK_TRY(dk_cuda_check(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, e->card),
                         "the card", err));
    e->seam.bf16 = e->seam.bf16_pays = major >= 8;
    DK_TRY(dk_cuda_check(cudaStreamCreateWithFlags(&e->stream, cudaStreamNonBlocking), "a stream", err));
    DK_TRY(dk_cuda_check(cudaStreamCreateWithFlags(&e->copies, cudaStreamNonBlocking), "a stream", err));
    DK_TRY(dk_cuda_staging_open(e, err));
    DK_TRY(dk_cuda_check(cudaMalloc(&e->blas_pad, BLAS_PAD), "memory", err));
    DK_TRY(dk_cuda_alloc(&e->seam, DK_CUDA_SQUARES * sizeof(double), (void **)&e->squares, err));
    DK_TRY(dk_cuda_check_blas(cublasCreate(&e->blas), "starting", err));
    DK_TRY(dk_cuda_check_blas(cublasSetStream(e->blas, e->stream), "starting", err));
    return dk_cuda_check_blas(cublasSetWorkspace(e->blas, e->blas_pad, BLAS_PAD), "starting", err);
}

dk_status dk_cuda_open(dk_backend **out, int card, int threads, dk_error *err) {
    int cards = 0;
    *out = NULL;
    DK_TRY(count_cards(&cards, err));
    if (card >= cards) {
        return dk_fail(err, DK_EUNSUPPORTED, "engine cuda:%d: there is no such card; %s %d", card,
                       cards == 1 ? "the only one is" : "the last is", cards - 1);
    }
    dk_cuda *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return dk_no_memory(err, sizeof *e, "the engine");
    }
    e->card = card;
    snprintf(e->name, sizeof e->name, card > 0 ? "cuda:%d" : "cuda", card);
    e->seam = (dk_backend){.name = e->name,
                           .threads = threads,
                           .device = true,
                           .close = close,
                           .alloc = dk_cuda_alloc,
                           .free = dk_cuda_free,
                           .write = dk_cuda_write,
                           .read = dk_cuda_read,
                           .bytes = bytes,
                           .plan = plan,
                           .bind = bind,
                           .forward = forward,
                           .backward = backward,
                           .plan_free = plan_free,
                           .sum = dk_cuda_sum_tensors,
                           .update = dk_cuda_update_span,
                           .blend = dk_cuda_blend_span,
                           .squares = dk_cuda_squares_of,
                           .host_alloc = dk_cuda_host_alloc,
                           .host_free = dk_cuda_host_free,
                           .room = dk_cuda_room};
    const dk_status status = start(e, err);
    if (status != DK_OK) {
        close(&e->seam);
        return status;
    }
    *out = &e->seam;
    return DK_OK;
}

dk_status dk_cuda_cards(dk_device *list, int room, int *count, dk_error *err) {
    int driver = 0;
    DK_TRY(count_cards(count, err));
    (void)cudaDriverGetVersion(&driver);
    for (int i = 0; i < *count && i < room; i++) {
        struct cudaDeviceProp p;
        DK_TRY(dk_cuda_check(cudaGetDeviceProperties(&p, i), "the cards", err));
        list[i].memory = p.totalGlobalMem;
        snprintf(list[i].name, sizeof list[i].name, "%s", p.name);
        snprintf(list[i].driver, sizeof list[i].driver, "CUDA %d.%d", driver / 1000, driver % 1000 / 10);
    }
    return DK_OK;
}
