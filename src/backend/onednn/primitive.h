/* One operation of oneDNN with the memories it is run on. Data pointers may differ at every run. Several threads may
 * run it at once, each on data of its own. */
#ifndef DK_BACKEND_ONEDNN_PRIMITIVE_H
#define DK_BACKEND_ONEDNN_PRIMITIVE_H

#include "backend/onednn/engine.h"

#define DK_DNN_ARGS 6

/* What one thread runs it on. */
typedef struct {
    int count;
    dnnl_exec_arg_t args[DK_DNN_ARGS];
} dk_dnn_memories;

/* Zeroed: does nothing. */
typedef struct {
    dnnl_primitive_desc_t desc;
    dnnl_primitive_t run;
    bool wide; /* the library shares it out among threads of its own; else the thread that runs it does all */
    int threads;
    dk_dnn_memories *memories; /* of each thread */
} dk_dnn_primitive;

/* An argument of a run: DNNL_ARG_… and its data. Lists end with {0}. */
typedef struct {
    int arg;
    const void *data;
} dk_dnn_data;

/* The library's answer to an operation descriptor; scratchpads are ours. The activation rides behind
 * the operation where dk_dnn_eltwise; otherwise it is left out. */
DK_CHECKED dk_status dk_dnn_describe(dk_dnn *e, dnnl_primitive_desc_t *out, const void *op_desc,
                                     const_dnnl_primitive_desc_t hint, dk_act act, const char *what,
                                     dk_error *err);

/* Makes the primitive of p->desc. */
DK_CHECKED dk_status dk_dnn_make(const dk_dnn *e, dk_dnn_primitive *p, const char *what, dk_error *err);
void dk_dnn_primitive_free(dk_dnn_primitive *p);

/* How good what the library found is: 2 compiled for this processor, 1 over a matrix product, 0 plain loops.
 */
int dk_dnn_rank(const_dnnl_primitive_desc_t desc);
const char *dk_dnn_impl(const_dnnl_primitive_desc_t desc);

/* Layout of an argument. */
const dnnl_memory_desc_t *dk_dnn_wants(const dk_dnn_primitive *p, int arg);
size_t dk_dnn_bytes_of(const dk_dnn_primitive *p, int arg);

/* Bytes of a scratchpad that both can use, one at a time. */
size_t dk_dnn_pad_of(const dk_dnn_primitive *a, const dk_dnn_primitive *b);

DK_CHECKED dk_status dk_dnn_run(dk_dnn *e, dk_dnn_primitive *p, void *scratchpad, const dk_dnn_data *data,
                                const char *what, dk_error *err);

/* The library plans and runs for as many threads as this has set: a call of the engine begins with one, and whoever
 * wants all sets them for as long. (The library's threads look out for work for milliseconds after each piece of it,
 * on the cores that the crew would use: only large pieces are worth that.) */
void dk_dnn_threads(const dk_dnn *e, bool wide);

/* A copy from one layout to another, wide when there is much to copy; stays zeroed when they are the same. */
DK_CHECKED dk_status dk_dnn_reorder_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                                         const dnnl_memory_desc_t *to, dk_error *err);
/* The same, made even when they are the same. */
DK_CHECKED dk_status dk_dnn_copy_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                                      const dnnl_memory_desc_t *to, dk_error *err);
/* The same for use within a share: never wide. */
DK_CHECKED dk_status dk_dnn_gather_make(dk_dnn *e, dk_dnn_primitive *p, const dnnl_memory_desc_t *from,
                                        const dnnl_memory_desc_t *to, dk_error *err);
/* Runs the copy to `to` and gives that; gives `from` itself when the layouts are the same. */
DK_CHECKED dk_status dk_dnn_reorder(dk_dnn *e, dk_dnn_primitive *p, void *scratchpad, const void **from,
                                    void *to, dk_error *err);

/* Whether the library can put this activation behind an operation. */
bool dk_dnn_eltwise(dk_act act);

#endif
