/* The engine itself: opening, ways in and out, the table of operations, the life of a plan. Every entry sets
 * the number of threads, which OpenMP keeps per calling thread. */
#include "backend/onednn/onednn.h"

#include <omp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/onednn/flat.h"
#include "backend/onednn/primitive.h"
#include "backend/onednn/layout.h"
#include "backend/ref/ref.h"
#include "base/arena.h"
#include "base/spare.h"

/* Operations without a row are left to the reference. */
static const dk_dnn_op *const ops[DK_OP_COUNT] = {
    [DK_OP_CONV] = &dk_dnn_op_conv,       [DK_OP_DENSE] = &dk_dnn_op_dense,
    [DK_OP_POOL] = &dk_dnn_op_pool,       [DK_OP_NORM] = &dk_dnn_op_norm,
    [DK_OP_ACT] = &dk_dnn_op_add,         [DK_OP_ADD] = &dk_dnn_op_add,
    [DK_OP_MUL] = &dk_dnn_op_mul,         [DK_OP_CONCAT] = &dk_dnn_op_concat,
    [DK_OP_SLICE] = &dk_dnn_op_slice,     [DK_OP_RESAMPLE] = &dk_dnn_op_resample,
    [DK_OP_DROPOUT] = &dk_dnn_op_dropout,
};

static dk_dnn *enter(dk_backend *be) {
    dk_dnn_threads((dk_dnn *)be, false);
    return (dk_dnn *)be;
}

dk_tensor *dk_dnn_dx(const dk_args *a, int i) {
    return a->dx == NULL ? NULL : a->dx[i];
}

dk_status dk_dnn_refuse(const dk_plan_desc *desc, dk_error *err) {
    return dk_fail(err, DK_EUNSUPPORTED, "onednn has no %s of this kind", dk_op_name(desc->op));
}

/* ---- ways in and out ---- */
static dk_status alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    dk_backend *ref = ((dk_dnn *)be)->ref;
    return ref->alloc(ref, bytes, out, err);
}

static void release(dk_backend *be, void *memory) {
    dk_backend *ref = ((dk_dnn *)be)->ref;
    ref->free(ref, memory);
}

static size_t bytes(dk_backend *be, const dk_tensor *t) {
    (void)be;
    const dnnl_memory_desc_t md = dk_dnn_md(t);
    return dnnl_memory_desc_get_size(&md);
}

/* from and to may be the same layout: then it is a plain copy. */
static dk_status copy(dk_dnn *e, const dnnl_memory_desc_t *from_md, const void *from,
                      const dnnl_memory_desc_t *to_md, void *to, dk_error *err) {
    dk_dnn_primitive p = {0};
    void *pad = NULL;
    const void *moved = from;
    dk_status status = dk_dnn_reorder_make(e, &p, from_md, to_md, err);
    if (status == DK_OK && p.run == NULL) {
        memcpy(to, from, dnnl_memory_desc_get_size(from_md));
        return DK_OK;
    }
    if (status == DK_OK) {
        status = alloc(&e->seam, dk_dnn_bytes_of(&p, DNNL_ARG_SCRATCHPAD), &pad, err);
    }
    if (status == DK_OK) {
        status = dk_dnn_reorder(e, &p, pad, &moved, to, err);
    }
    release(&e->seam, pad);
    dk_dnn_primitive_free(&p);
    return status;
}

static dk_status write(dk_backend *be, dk_tensor *to, const float *host, dk_error *err) {
    const dnnl_memory_desc_t plain = dk_dnn_md_plain(to->shape), md = dk_dnn_md(to);
    return copy(enter(be), &plain, host, &md, to->data, err);
}

static dk_status read(dk_backend *be, float *host, const dk_tensor *from, dk_error *err) {
    const dnnl_memory_desc_t plain = dk_dnn_md_plain(from->shape), md = dk_dnn_md(from);
    return copy(enter(be), &md, from->data, &plain, host, err);
}

typedef struct {
    const dk_dnn_kernels *kernels;
    void *into;
    const void *from;
    size_t n;
} addition;

static void add_span(void *self, int span) {
    const addition *k = self;
    const dk_dnn_span s = dk_dnn_span_of(span, k->n);
    float a[DK_DNN_SPAN], b[DK_DNN_SPAN], *to = dk_dnn_span_out(k->kernels, k->into, s, a);
    dk_dnn_flat_add(dk_dnn_span_in(k->kernels, k->into, s, a), dk_dnn_span_in(k->kernels, k->from, s, b), to,
                    s.n);
    dk_dnn_span_put(k->kernels, k->into, s, to);
}

static dk_status sum(dk_backend *be, dk_tensor *into, const dk_tensor *from, dk_error *err) {
    (void)err;
    const dk_dnn *e = (dk_dnn *)be;
    const dk_dnn_kernels *kernels = e->kernels[dk_dnn_precision(into)];
    addition k = {kernels, into->data, from->data, bytes(be, into) / kernels->item};
    dk_crew_do(e->crew, dk_dnn_spans(k.n), add_span, &k);
    return DK_OK;
}

/* ---- plans ---- */
static void plan_free(dk_plan *plan) {
    dk_dnn_plan *p = (dk_dnn_plan *)plan;
    if (p->op->free != NULL) {
        p->op->free(p);
    }
    free(p);
}

static dk_status make(dk_dnn *e, const dk_dnn_op *op, const dk_plan_desc *desc, dk_plan **out,
                      dk_error *err) {
    dk_dnn_plan *p = calloc(1, op->size);
    if (p == NULL) {
        return dk_no_memory(err, op->size, "a plan");
    }
    p->seam.backend = &e->seam;
    p->op = op;
    p->engine = e;
    const dk_status status = op->plan(p, desc, err);
    if (status != DK_OK) {
        plan_free(&p->seam);
        return status;
    }
    *out = &p->seam;
    return DK_OK;
}

static dk_status plan(dk_backend *be, const dk_plan_desc *desc, dk_plan **out, dk_error *err) {
    dk_dnn *e = enter(be);
    dk_error why = {.status = DK_OK};
    const dk_dnn_op *op = ops[desc->op];
    const bool ours = op != NULL && (op->bf16 || !dk_dnn_any_bf16(desc));
    dk_status status = ours ? make(e, op, desc, out, &why) : DK_EUNSUPPORTED;
    if (status == DK_EUNSUPPORTED) {
        status = make(e, &dk_dnn_op_fallback, desc, out, &why);
    }
    if (status != DK_OK && err != NULL) {
        *err = why;
    }
    if (status == DK_OK) {
        (*out)->precision = dk_dnn_precision(desc->y);
    }
    return status;
}

static dk_status bind(dk_plan *plan, const dk_memory *memory, dk_error *err) {
    dk_dnn_plan *p = (dk_dnn_plan *)plan;
    p->memory = *memory;
    return p->op->bind == NULL ? DK_OK : p->op->bind(p, err);
}

static dk_status forward(dk_plan *plan, const dk_args *a, dk_error *err) {
    enter(plan->backend);
    return ((dk_dnn_plan *)plan)->op->forward((dk_dnn_plan *)plan, a, err);
}

static dk_status backward(dk_plan *plan, const dk_args *a, dk_error *err) {
    enter(plan->backend);
    return ((dk_dnn_plan *)plan)->op->backward((dk_dnn_plan *)plan, a, err);
}

/* ---- open and close ---- */
static void close(dk_backend *be) {
    dk_dnn *e = (dk_dnn *)be;
    for (int i = 0; i < e->seam.threads && e->streams != NULL; i++) {
        if (e->streams[i] != NULL) {
            dnnl_stream_destroy(e->streams[i]);
        }
    }
    free(e->streams);
    dk_crew_close(e->crew);
    if (e->engine != NULL) {
        dnnl_engine_destroy(e->engine);
    }
    dk_dnn_layouts_free(e);
    dk_backend_close(e->ref);
    free(e);
}

/* The library can be told to leave instructions out (ONEDNN_MAX_CPU_ISA). */
static bool has_bf16(const dk_dnn *e) {
    const unsigned isa = (unsigned)dnnl_get_effective_cpu_isa(), wanted = dnnl_cpu_isa_avx512_core_bf16;
    return e->kernels[DK_BF16] != NULL && (isa & wanted) == wanted;
}

/* The library takes a cap once in a process, before anything else is asked of it; later engines find it set. */
static dk_status cap(dk_isa isa, dk_error *err) {
    static const dnnl_cpu_isa_t theirs[DK_ISA_COUNT] = {[DK_ISA_BASE] = dnnl_cpu_isa_sse41,
                                                        [DK_ISA_AVX2] = dnnl_cpu_isa_avx2,
                                                        [DK_ISA_AVX512] = dnnl_cpu_isa_avx512_core,
                                                        [DK_ISA_AVX512BF16] = dnnl_cpu_isa_avx512_core_bf16,
                                                        [DK_ISA_AMX] = dnnl_cpu_isa_avx512_core_amx};
    const dnnl_status_t taken = dnnl_set_max_cpu_isa(theirs[isa]);
    const unsigned used = (unsigned)dnnl_get_effective_cpu_isa(), wanted = (unsigned)theirs[isa];
    if (taken != dnnl_success && (used & ~wanted) != 0) {
        return dk_fail(err, DK_EBACKEND,
                       "DARKNET_ISA=%s: oneDNN has been used without it in this process, or ignores it",
                       dk_isa_name(isa));
    }
    return DK_OK;
}

/* OpenMP ends the process when a thread cannot be started. Each wants its stack. */
static dk_status check_threads(int threads, dk_error *err) {
    pthread_attr_t usual;
    size_t stack = 0;
    char what[64];
    if (threads < 2 || pthread_attr_init(&usual) != 0) {
        return DK_OK;
    }
    (void)pthread_attr_getstacksize(&usual, &stack);
    pthread_attr_destroy(&usual);
    snprintf(what, sizeof what, "starting %d threads (-threads)", threads);
    return dk_spare_check((size_t)(threads - 1) * stack, what, err);
}

/* What the crew gives to the library is for the thread that does it. */
static void alone(void) {
    omp_set_num_threads(1);
}

static dk_status start(dk_dnn *e, dk_error *err) {
    dk_isa isa = DK_ISA_BASE;
    bool capped = false;
    DK_TRY(check_threads(e->seam.threads, err));
    DK_TRY(dk_isa_pick(&isa, &capped, err));
    if (capped) {
        DK_TRY(cap(isa, err));
    }
    for (int i = 0; i < DK_PRECISIONS; i++) {
        e->kernels[i] = dk_dnn_kernels_pick((dk_precision)i, isa);
    }
    e->seam.bf16 = has_bf16(e);
    e->seam.bf16_pays = e->seam.bf16 && dk_cpu_bf16_pays(isa);
    DK_TRY(dk_engine_ref.open(&e->ref, 1, err));
    DK_TRY(dk_dnn_check(dnnl_engine_create(&e->engine, dnnl_cpu, 0), "starting the engine", err));
    DK_TRY(dk_crew_open(&e->crew, e->seam.threads, alone, err));
    e->streams = calloc((size_t)e->seam.threads, sizeof *e->streams);
    if (e->streams == NULL) {
        return dk_no_memory(err, (size_t)e->seam.threads * sizeof *e->streams, "the engine");
    }
    for (int i = 0; i < e->seam.threads; i++) {
        DK_TRY(dk_dnn_check(dnnl_stream_create(&e->streams[i], e->engine, dnnl_stream_default_flags),
                            "starting the engine", err));
    }
    return DK_OK;
}

static dk_status open(dk_backend **out, int threads, dk_error *err) {
    dk_dnn *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return dk_no_memory(err, sizeof *e, "the engine");
    }
    e->seam = (dk_backend){.name = "onednn",
                           .threads = threads > 0 ? threads : omp_get_num_procs(),
                           .close = close,
                           .alloc = alloc,
                           .free = release,
                           .write = write,
                           .read = read,
                           .bytes = bytes,
                           .plan = plan,
                           .bind = bind,
                           .forward = forward,
                           .backward = backward,
                           .plan_free = plan_free,
                           .sum = sum,
                           .update = dk_dnn_update,
                           .blend = dk_dnn_blend,
                           .squares = dk_dnn_squares};
    const dk_status status = start(e, err);
    if (status != DK_OK) {
        close(&e->seam);
        return status;
    }
    *out = &e->seam;
    return DK_OK;
}

const dk_engine dk_engine_onednn = {.name = "onednn", .most = DK_ISA_AMX, .open = open};
