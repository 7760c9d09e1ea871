/* Which node has to do with a value that is wrong: people know the nodes of their model rather than its tensors. */
#include <string.h>

#include "convert/onnx_read.h"

enum { MODEL_GRAPH = 7, GRAPH_NODE = 1, NODE_INPUT = 1, NODE_OP = 4 };

dk_status dk_onnx_tell_node(const dk_onnx *m, int index, const dk_pb *op, const char *does, dk_status status,
                            dk_error *err) {
    const char *name = dk_onnx_printable(m, op);
    if (!err || !name) {
        return status;
    }
    const dk_error first = *err;
    return dk_fail(err, status, "%s (node %d %s %s it)", first.text, index, name, does);
}

static bool reads(dk_pb node, const dk_pb *name) {
    dk_pb_field f;
    dk_error unused;
    bool there = true;
    while (there && dk_pb_next(&node, &f, &there, &unused) == DK_OK) {
        const size_t size = dk_pb_size(name);
        if (there && f.number == NODE_INPUT && f.wire == DK_PB_BYTES && dk_pb_size(&f.inside) == size &&
            memcmp(f.inside.at, name->at, size) == 0) {
            return true;
        }
    }
    return false;
}

/* The nodes may not have been read yet. */
dk_status dk_onnx_tell_reader(const dk_onnx *m, const dk_pb *name, dk_status status, dk_error *err) {
    dk_pb graph, op;
    dk_pb_field f;
    dk_error unused;
    int index = 0;
    bool there = dk_onnx_find_text(m->file, MODEL_GRAPH, &graph, &unused) == DK_OK;
    while (there && dk_pb_next(&graph, &f, &there, &unused) == DK_OK) {
        if (!there || f.number != GRAPH_NODE || f.wire != DK_PB_BYTES) {
            continue;
        }
        if (reads(f.inside, name) && dk_onnx_find_text(f.inside, NODE_OP, &op, &unused) == DK_OK) {
            return dk_onnx_tell_node(m, index, &op, "reads", status, err);
        }
        index++;
    }
    return status;
}
