/* oneDNN's life of an operation: descriptor, primitive descriptor (what the library would run), primitive,
 * run. */
#include "backend/onednn/primitive.h"

#include <assert.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/spare.h"

dk_status dk_dnn_check(dnnl_status_t status, const char *what, dk_error *err) {
    switch (status) {
    case dnnl_success:
        return DK_OK;
    case dnnl_out_of_memory:
        return dk_fail(err, DK_ENOMEM, "oneDNN: %s: out of memory", what);
    case dnnl_unimplemented:
    case dnnl_invalid_arguments:
        return dk_fail(err, DK_EUNSUPPORTED, "oneDNN: %s: it has no such operation (status %d)", what,
                       (int)status);
    default:
        return dk_fail(err, DK_EBACKEND, "oneDNN: %s failed (status %d)", what, (int)status);
    }
}

/* The library crashes when there is no memory for the code that it makes: some hundred kB each time, and its own tables. */
static dk_status spare(const char *what, dk_error *err) {
    enum { ROOM = 16 << 20 };
    char name[64];
    snprintf(name, sizeof name, "oneDNN's code (%s)", what);
    return dk_spare_check(ROOM, name, err);
}

/* What the library calls our activations; alpha and beta as its documentation has them. */
static const struct {
    dnnl_alg_kind_t alg;
    float alpha, beta;
} eltwise[DK_ACT_COUNT] = {
    [DK_ACT_RELU] = {dnnl_eltwise_relu, 0, 0},         [DK_ACT_RELU6] = {dnnl_eltwise_clip, 0, 6},
    [DK_ACT_LEAKY] = {dnnl_eltwise_relu, .1f, 0},      [DK_ACT_RELIE] = {dnnl_eltwise_relu, .01f, 0},
    [DK_ACT_LOGISTIC] = {dnnl_eltwise_logistic, 0, 0}, [DK_ACT_TANH] = {dnnl_eltwise_tanh, 0, 0},
    [DK_ACT_ELU] = {dnnl_eltwise_elu, 1, 0},           [DK_ACT_SWISH] = {dnnl_eltwise_swish, 1, 0},
    [DK_ACT_GELU] = {dnnl_eltwise_gelu_tanh, 0, 0},    [DK_ACT_MISH] = {dnnl_eltwise_mish, 0, 0},
    [DK_ACT_HARDTAN] = {dnnl_eltwise_clip, -1, 1},
};

void dk_dnn_threads(const dk_dnn *e, bool wide) {
    omp_set_num_threads(wide ? e->seam.threads : 1);
}

bool dk_dnn_eltwise(dk_act act) {
    return eltwise[act].alg != dnnl_alg_kind_undef;
}

static dnnl_status_t append(dnnl_primitive_attr_t attr, dk_act act) {
    if (!dk_dnn_eltwise(act)) {
        return dnnl_success;
    }
    dnnl_post_ops_t after;
    dnnl_status_t status = dnnl_post_ops_create(&after);
    if (status != dnnl_success) {
        return status;
    }
    status = dnnl_post_ops_append_eltwise(after, 1, eltwise[act].alg, eltwise[act].alpha, eltwise[act].beta);
    if (status == dnnl_success) {
        status = dnnl_primitive_attr_set_post_ops(attr, after);
    }
    dnnl_post_ops_destroy(after);
    return status;
}

dk_status dk_dnn_describe(dk_dnn *e, dnnl_primitive_desc_t *out, const void *op_desc,
                          const_dnnl_primitive_desc_t hint, dk_act act, const char *what, dk_error *err) {
    dnnl_primitive_attr_t attr;
    *out = NULL;
    DK_TRY(spare(what, err));
    DK_TRY(dk_dnn_check(dnnl_primitive_attr_create(&attr), what, err));
    dnnl_status_t status = dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
    if (status == dnnl_success) {
        status = append(attr, act);
    }
    if (status == dnnl_success) {
        status = dnnl_primitive_desc_create(out, op_desc, attr, e->engine, hint);
    }
    dnnl_primitive_attr_destroy(attr);
    return dk_dnn_check(status, what, err);
}

dk_status dk_dnn_make(const dk_dnn *e, dk_dnn_primitive *p, const char *what, dk_error *err) {
    DK_TRY(spare(what, err));
    p->threads = e->seam.threads;
    p->memories = calloc((size_t)p->threads, sizeof *p->memories);
    if (p->memories == NULL) {
        return dk_no_memory(err, (size_t)p->threads * sizeof *p->memories, "a plan");
    }
    return dk_dnn_check(dnnl_primitive_create(&p->run, p->desc), what, err);
}

void dk_dnn_primitive_free(dk_dnn_primitive *p) {
    for (int t = 0; t < p->threads; t++) {
        for (int i = 0; i < p->memories[t].count; i++) {
            dnnl_memory_destroy(p->memories[t].args[i].memory);
        }
    }
    free(p->memories);
    if (p->run != NULL) {
        dnnl_primitive_destroy(p->run);
    }
    if (p->desc != NULL) {
        dnnl_primitive_desc_destroy(p->desc);
    }
    *p = (dk_dnn_primitive){0};
}

const char *dk_dnn_impl(const_dnnl_primitive_desc_t desc) {
    const char *name = NULL;
    const dnnl_status_t status = dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
    return status == dnnl_success && name != NULL ? name : "?";
}

int dk_dnn_rank(const_dnnl_primitive_desc_t desc) {
    if (desc == NULL) {
        return -1;
    }
    const char *name = dk_dnn_impl(desc);
    return strstr(name, "ref") != NULL                                      ? 0
           : strstr(name, "gemm") != NULL && strstr(name, "brgemm") == NULL ? 1
                                                                            : 2;
}

const dnnl_memory_desc_t *dk_dnn_wants(const dk_dnn_primitive *p, int arg) {
    return dnnl_primitive_desc_query_md(p->desc, dnnl_query_exec_arg_md, arg);
}

size_t dk_dnn_bytes_of(const dk_dnn_primitive *p, int arg) {
    const dnnl_memory_desc_t *md = p->desc == NULL ? NULL : dk_dnn_wants(p, arg);
    return md == NULL ? 0 : dnnl_memory_desc_get_size(md);
}

size_t dk_dnn_pad_of(const dk_dnn_primitive *a, const dk_dnn_primitive *b) {
    const size_t one = dk_dnn_bytes_of(a, DNNL_ARG_SCRATCHPAD),
                 other = dk_dnn_bytes_of(b, DNNL_ARG_SCRATCHPAD);
    return one > other ? one : other;
}

/* Points the argument's memory to the data; the first run makes it. */
static dnnl_status_t point(dk_dnn *e, const dk_dnn_primitive *p, dk_dnn_memories *m, int arg,
                           const void *data) {
    void *handle =
        (void *)(uintptr_t)data; /* the library knows one kind of pointer for reading and writing */
    for (int i = 0; i < m->count; i++) {
        if (m->args[i].arg == arg) {
            return dnnl_memory_set_data_handle(m->args[i].memory, handle);
        }
    }
    assert(m->count < DK_DNN_ARGS);
    dnnl_exec_arg_t *a = &m->args[m->count];
    a->arg = arg;
    const dnnl_status_t status = dnnl_memory_create(&a->memory, dk_dnn_wants(p, arg), e->engine, handle);
    m->count += status == dnnl_success;
    return status;
}

dk_status dk_dnn_run(dk_dnn *e, dk_dnn_primitive *p, void *scratchpad, const dk_dnn_data *data,
                     const char *what, dk_error *err) {
    const int thread = dk_crew_thread();
    dk_dnn_memories *m = &p->memories[thread];
    if (m->count == 0) { /* some code is made when it is run first */
        DK_TRY(spare(what, err));
    }
    for (; data->arg != 0; data++) {
        DK_TRY(dk_dnn_check(point(e, p, m, data->arg, data->data), what, err));
    }
    if (dk_dnn_bytes_of(p, DNNL_ARG_SCRATCHPAD) > 0) {
        DK_TRY(dk_dnn_check(point(e, p, m, DNNL_ARG_SCRATCHPAD, scratchpad), what, err));
    }
    const dnnl_stream_t stream = e->streams[thread];
    if (p->wide) {
        dk_dnn_threads(e, true);
    }
    dnnl_status_t status = dnnl_primitive_execute(p->run, stream, m->count, m->args);
    if (status == dnnl_success) {
        status = dnnl_stream_wait(stream);
    }
    if (p->wide) {
        dk_dnn_threads(e, false);
    }
    return dk_dnn_check(status, what, err);
}

dk_status dk_dnn_reorder_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                              const dnnl_memory_desc_t *to, dk_error *err) {
    return dnnl_memory_desc_equal(from, to) ? DK_OK : dk_dnn_copy_make(e, p, from, to, err);
}

dk_status dk_dnn_gather_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                             const dnnl_memory_desc_t *to, dk_error *err) {
    dnnl_primitive_attr_t attr;
    DK_TRY(spare("reorder", err));
    DK_TRY(dk_dnn_check(dnnl_primitive_attr_create(&attr), "reorder", err));
    dnnl_status_t status = dnnl_primitive_attr_set_scratchpad_mode(attr, dnnl_scratchpad_mode_user);
    if (status == dnnl_success) {
        status = dnnl_reorder_primitive_desc_create(&p->desc, from, e->engine, to, e->engine, attr);
    }
    dnnl_primitive_attr_destroy(attr);
    DK_TRY(dk_dnn_check(status, "reorder", err));
    return dk_dnn_make(e, p, "reorder", err);
}

dk_status dk_dnn_copy_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                           const dnnl_memory_desc_t *to, dk_error *err) {
    enum { MUCH = 1 << 20 }; /* bytes: a tenth of a millisecond */
    p->wide = dnnl_memory_desc_get_size(to) >= MUCH;
    dk_dnn_threads(e, p->wide);
    const dk_status status = dk_dnn_gather_make(e, p, from, to, err);
    dk_dnn_threads(e, false);
    return status;
}

dk_status dk_dnn_reorder(dk_dnn *e, dk_dnn_primitive *p, void *scratchpad, const void **from, void *to,
                         dk_error *err) {
    if (p->run == NULL) {
        return DK_OK;
    }
    const dk_dnn_data data[] = {{DNNL_ARG_FROM, *from}, {DNNL_ARG_TO, to}, {0}};
    DK_TRY(dk_dnn_run(e, p, scratchpad, data, "reorder", err));
    *from = to;
    return DK_OK;
}
