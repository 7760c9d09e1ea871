/* Dims that a model works out while it runs (Shape, Gather …), for a reshape behind: they follow from the input's size, so
 * they are worked out here, once. */
#include <string.h>

#include "convert/onnx_context.h"

/* Input i as whole numbers; *count −1: it has none that are known. */
static dk_status read(const dk_onnx_context *c, const dk_onnx_node *from, int i, int64_t *out, int *count,
                      dk_error *err) {
    return dk_onnx_list(c, from, "", i, out, DK_ONNX_RANK, count, err);
}

static dk_status concat(const dk_onnx_context *c, const dk_onnx_node *from, int64_t *out, int *count,
                        dk_error *err) {
    *count = 0;
    for (int i = 0; i < from->input_count; i++) {
        int64_t part[DK_ONNX_RANK];
        int there = 0;
        DK_TRY(read(c, from, i, part, &there, err));
        if (there < 0 || *count + there > DK_ONNX_RANK) {
            *count = -1;
            return DK_OK;
        }
        memcpy(out + *count, part, (size_t)there * sizeof *out);
        *count += there;
    }
    return DK_OK;
}

static dk_status gather(const dk_onnx_context *c, const dk_onnx_node *from, int64_t *out, int *count,
                        dk_error *err) {
    int64_t all[DK_ONNX_RANK];
    int there = 0;
    DK_TRY(read(c, from, 0, all, &there, err));
    DK_TRY(read(c, from, 1, out, count, err));
    for (int i = 0; i < *count; i++) {
        const int64_t at = out[i] < 0 ? out[i] + there : out[i];
        if (at < 0 || at >= there) {
            *count = -1;
            return DK_OK;
        }
        out[i] = all[at];
    }
    return DK_OK;
}

dk_status dk_onnx_fill_dims(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_onnx_value *v = dk_onnx_input(c->m, from, 0);
    const dk_graph_value *x = v ? &c->g->values[v->index] : NULL;
    int64_t numbers[DK_ONNX_RANK];
    int count = -1;
    if (strcmp(from->op, "Shape") == 0) {
        for (int i = 0; x && (x->constant || c->facts[v->index].known) && i < x->rank; i++) {
            numbers[i] = x->dims[i];
            count = x->rank;
        }
    } else if (strcmp(from->op, "Gather") == 0) {
        DK_TRY(gather(c, from, numbers, &count, err));
    } else if (strcmp(from->op, "Concat") == 0) {
        DK_TRY(concat(c, from, numbers, &count, err));
    } else {
        DK_TRY(read(c, from, 0, numbers, &count, err));
    }
    if (count < 0) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED,
                        ": works out dims that do not follow from the input's size");
        return DK_OK;
    }
    dk_onnx_fact *fact = &c->facts[n->y->index];
    fact->ints = dk_arena_alloc(c->g->arena, DK_ONNX_RANK * sizeof *fact->ints);
    if (!fact->ints) {
        return dk_no_memory(err, DK_ONNX_RANK * sizeof *fact->ints, "dims");
    }
    memcpy(fact->ints, numbers, (size_t)count * sizeof *numbers);
    fact->int_count = count;
    n->kind = DK_NODE_NONE;
    return DK_OK;
}
