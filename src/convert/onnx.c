/* From the file's messages to values and nodes. Fields are numbered as onnx.proto lists them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "convert/onnx_read.h"

enum { NAME_ROOM = 120 };

enum { MODEL_GRAPH = 7, MODEL_OPSET = 8, MODEL_METADATA = 14 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_INITIALISER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12, GRAPH_SPARSE = 15 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_DOMAIN = 7 };
enum { TENSOR_NAME = 8, SPARSE_VALUES = 1 };
enum { INFO_NAME = 1, INFO_TYPE = 2, TYPE_TENSOR = 1, TENSOR_TYPE_SHAPE = 2 };
enum { NOTE_KEY = 1, NOTE_VALUE = 2 };

static dk_status too_many(const dk_onnx *m, dk_error *err, size_t count, const char *what, int most) {
    return dk_fail(err, DK_EUNSUPPORTED, "%s: has %zu %s; at most %d are read", m->path, count, what, most);
}

static dk_status add_initialiser(dk_onnx *m, const dk_pb *tensor, dk_error *err) {
    dk_pb name;
    dk_onnx_value *v = NULL;
    DK_TRY(dk_onnx_find_text(*tensor, TENSOR_NAME, &name, err));
    dk_status status = dk_onnx_add_value(m, &name, &v, err);
    if (status == DK_OK) {
        status = dk_onnx_read_tensor(m, *tensor, v, err);
    }
    return status == DK_OK ? DK_OK : dk_onnx_tell_reader(m, &name, status, err);
}

/* ---- the input ---- */

/* An initialiser may be an input, too: its value when nobody gives another. */
static dk_status add_input(dk_onnx *m, const dk_pb *info, dk_error *err) {
    dk_pb name, type, tensor, shape;
    dk_onnx_value *v = NULL;
    DK_TRY(dk_onnx_find_text(*info, INFO_NAME, &name, err));
    const dk_onnx_value *known = dk_onnx_find(m, &name);
    if (known && known->constant) {
        return DK_OK;
    }
    DK_TRY(dk_onnx_add_value(m, &name, &v, err));
    DK_TRY(dk_onnx_find_text(*info, INFO_TYPE, &type, err));
    DK_TRY(dk_onnx_find_text(type, TYPE_TENSOR, &tensor, err));
    DK_TRY(dk_onnx_find_text(tensor, TENSOR_TYPE_SHAPE, &shape, err));
    m->input = v->index;
    m->input_count++;
    return dk_onnx_read_shape(m, shape, v, err);
}

/* ---- nodes ---- */

static dk_status add_output(dk_onnx *m, dk_onnx_node *n, const dk_pb *name, dk_error *err) {
    dk_onnx_value *v = NULL;
    int *to = &n->outputs[n->output_count++];
    *to = -1;
    if (dk_pb_size(name) > 0) {
        DK_TRY(dk_onnx_add_value(m, name, &v, err));
        v->node = n->index;
        *to = v->index;
    }
    return DK_OK;
}

/* A Constant's output has its values in one of these attributes. */
static dk_status read_constant(dk_onnx *m, dk_onnx_node *n, dk_error *err) {
    static const struct {
        const char *name;
        int type, rank;
    } lists[] = {{"value_float", DK_ONNX_FLOAT32, 0},
                 {"value_floats", DK_ONNX_FLOAT32, 1},
                 {"value_int", DK_ONNX_INT64, 0},
                 {"value_ints", DK_ONNX_INT64, 1}};
    dk_onnx_attribute a;
    if (n->output_count < 1 || n->outputs[0] < 0) {
        return DK_OK;
    }
    dk_onnx_value *v = &m->values[n->outputs[0]];
    DK_TRY(dk_onnx_find_attribute(n, "value", &a, err));
    if (a.there && a.tensor) {
        return dk_onnx_read_tensor(m, a.holder, v, err);
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        DK_TRY(dk_onnx_find_attribute(n, lists[i].name, &a, err));
        if (a.there) {
            v->constant = v->listed = true;
            v->type = lists[i].type;
            v->holder = a.holder;
            v->rank = 0;
            DK_TRY(lists[i].rank ? dk_onnx_add_dim(m, v, a.count, err) : DK_OK);
            return dk_onnx_check_values(m, v, err);
        }
    }
    return DK_OK;
}

static dk_status read_names(dk_onnx *m, dk_onnx_node *n, dk_error *err) {
    dk_pb op, name, domain;
    DK_TRY(dk_onnx_find_text(n->message, NODE_OP, &op, err));
    DK_TRY(dk_onnx_find_text(n->message, NODE_NAME, &name, err));
    DK_TRY(dk_onnx_find_text(n->message, NODE_DOMAIN, &domain, err));
    n->op = dk_onnx_printable(m, &op);
    n->name = dk_pb_size(&name) > 0 ? dk_onnx_printable(m, &name) : NULL;
    n->domain =
        dk_pb_size(&domain) > 0 && !dk_pb_is(&domain, "ai.onnx") ? dk_onnx_printable(m, &domain) : NULL;
    return n->op ? DK_OK : dk_no_memory(err, NAME_ROOM, "the name of an operator");
}

static dk_status count_links(const dk_onnx *m, const dk_onnx_node *n, int number, size_t *out,
                             dk_error *err) {
    bool there = true;
    dk_pb_field f;
    dk_pb message = n->message;
    *out = 0;
    while (there) {
        DK_TRY(dk_pb_next(&message, &f, &there, err));
        *out += there && f.number == number;
        DK_TRY(there && f.number == number ? dk_pb_want(&message, &f, DK_PB_BYTES, err) : DK_OK);
    }
    if (*out > DK_ONNX_LINKS) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: node %d %s has %zu %s; at most %d are read", m->path,
                       n->index, n->op, *out, number == NODE_INPUT ? "inputs" : "outputs", DK_ONNX_LINKS);
    }
    return DK_OK;
}

/* What it gives, and, of a Constant, the values. */
static dk_status add_outputs(dk_onnx *m, dk_onnx_node *n, dk_error *err) {
    dk_pb rest = n->message;
    dk_pb_field f;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&rest, &f, &there, err));
        if (there && f.number == NODE_OUTPUT) {
            DK_TRY(add_output(m, n, &f.inside, err));
        }
    }
    return strcmp(n->op, "Constant") == 0 ? read_constant(m, n, err) : DK_OK;
}

static dk_status add_node(dk_onnx *m, const dk_pb *message, dk_error *err) {
    dk_onnx_node *n = &m->nodes[m->node_count];
    size_t inputs = 0, outputs = 0;
    *n = (dk_onnx_node){.index = m->node_count++, .message = *message};
    DK_TRY(read_names(m, n, err));
    DK_TRY(count_links(m, n, NODE_INPUT, &inputs, err));
    DK_TRY(count_links(m, n, NODE_OUTPUT, &outputs, err));
    n->inputs = dk_arena_alloc(m->arena, inputs * sizeof *n->inputs);
    n->outputs = dk_arena_alloc(m->arena, outputs * sizeof *n->outputs);
    if (!n->inputs || !n->outputs) {
        return dk_no_memory(err, (inputs + outputs) * sizeof(int), "the links of a node");
    }
    const dk_status status = add_outputs(m, n, err);
    if (status == DK_OK) {
        return DK_OK;
    }
    dk_pb op;
    DK_TRY(dk_onnx_find_text(*message, NODE_OP, &op, err));
    return dk_onnx_tell_node(m, n->index, &op, "gives", status, err);
}

/* What a node reads must be there before it: that is the order of the format, and there is no cycle then. */
static dk_status link_node(dk_onnx *m, dk_onnx_node *n, dk_error *err) {
    dk_pb rest = n->message;
    dk_pb_field f;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&rest, &f, &there, err));
        if (!there || f.number != NODE_INPUT) {
            continue;
        }
        const dk_onnx_value *v = dk_pb_size(&f.inside) > 0 ? dk_onnx_find(m, &f.inside) : NULL;
        if (dk_pb_size(&f.inside) > 0 && !v) {
            const char *name = dk_onnx_printable(m, &f.inside);
            return dk_fail(err, DK_EFORMAT,
                           "%s: node %d %s reads '%s', which nothing gives; the file is broken", m->path,
                           n->index, n->op, name ? name : "");
        }
        if (v && v->node >= n->index) {
            return dk_fail(
                err, DK_EFORMAT,
                "%s: node %d %s reads '%s', which node %d %s gives only after it: a cycle, or nodes "
                "out of order",
                m->path, n->index, n->op, v->name, v->node, m->nodes[v->node].op);
        }
        n->inputs[n->input_count++] = v ? v->index : -1;
    }
    return DK_OK;
}

/* ---- the graph ---- */

static dk_status refuse_sparse(const dk_onnx *m, dk_pb sparse, dk_error *err) {
    dk_pb values, name;
    DK_TRY(dk_onnx_find_text(sparse, SPARSE_VALUES, &values, err));
    DK_TRY(dk_onnx_find_text(values, TENSOR_NAME, &name, err));
    const char *text = dk_onnx_printable(m, &name);
    const dk_status status = dk_fail(err, DK_EUNSUPPORTED, "%s: has sparse values ('%s'), which are not read",
                                     m->path, text ? text : "");
    return dk_onnx_tell_reader(m, &name, status, err);
}

/* How much there will be, before anything is allocated. */
static dk_status count_graph(const dk_onnx *m, dk_pb graph, size_t *nodes, size_t *values, dk_error *err) {
    dk_pb_field f, of;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&graph, &f, &there, err));
        const bool node = there && f.number == GRAPH_NODE;
        if (there && f.number == GRAPH_SPARSE) {
            DK_TRY(dk_pb_want(&graph, &f, DK_PB_BYTES, err));
            return refuse_sparse(m, f.inside, err);
        }
        if (node || (there && (f.number == GRAPH_INITIALISER || f.number == GRAPH_INPUT))) {
            DK_TRY(dk_pb_want(&graph, &f, DK_PB_BYTES, err));
            *nodes += node;
            *values += !node;
        }
        for (bool more = node; more;) {
            DK_TRY(dk_pb_next(&f.inside, &of, &more, err));
            *values += more && of.number == NODE_OUTPUT;
        }
    }
    DK_TRY(*nodes > DK_ONNX_NODES ? too_many(m, err, *nodes, "nodes", DK_ONNX_NODES) : DK_OK);
    return *values > DK_ONNX_VALUES ? too_many(m, err, *values, "values", DK_ONNX_VALUES) : DK_OK;
}

static dk_status make_room(dk_onnx *m, size_t nodes, size_t values, dk_error *err) {
    m->table_size = 2;
    while (m->table_size < 2 * values) {
        m->table_size *= 2;
    }
    m->nodes = dk_arena_alloc(m->arena, nodes * sizeof *m->nodes);
    m->values = dk_arena_alloc(m->arena, values * sizeof *m->values);
    m->table = dk_arena_alloc(m->arena, m->table_size * sizeof *m->table);
    if (!m->nodes || !m->values || !m->table) {
        return dk_no_memory(err, values * sizeof *m->values, "the values of a model");
    }
    memset(m->table, 0xff, m->table_size * sizeof *m->table); /* −1 */
    return DK_OK;
}

/* Calls for each field of the graph that has this number. */
static dk_status each(dk_onnx *m, dk_pb graph, int number,
                      dk_status (*take)(dk_onnx *, const dk_pb *, dk_error *), dk_error *err) {
    dk_pb_field f;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&graph, &f, &there, err));
        if (there && f.number == number) {
            DK_TRY(dk_pb_want(&graph, &f, DK_PB_BYTES, err));
            DK_TRY(take(m, &f.inside, err));
        }
    }
    return DK_OK;
}

static dk_status mark_answer(dk_onnx *m, const dk_pb *info, dk_error *err) {
    dk_pb name;
    DK_TRY(dk_onnx_find_text(*info, INFO_NAME, &name, err));
    const dk_onnx_value *v = dk_onnx_find(m, &name);
    if (!v) {
        const char *text = dk_onnx_printable(m, &name);
        return dk_fail(err, DK_EFORMAT, "%s: its output '%s' is given by no node; the file is broken",
                       m->path, text ? text : "");
    }
    m->values[v->index].answers = true;
    return DK_OK;
}

static dk_status read_graph(dk_onnx *m, const dk_pb *graph, dk_error *err) {
    size_t nodes = 0, values = 0;
    DK_TRY(count_graph(m, *graph, &nodes, &values, err));
    DK_TRY(make_room(m, nodes, values, err));
    DK_TRY(each(m, *graph, GRAPH_INITIALISER, add_initialiser, err));
    DK_TRY(each(m, *graph, GRAPH_INPUT, add_input, err));
    DK_TRY(each(m, *graph, GRAPH_NODE, add_node, err));
    for (int i = 0; i < m->node_count; i++) {
        DK_TRY(link_node(m, &m->nodes[i], err));
    }
    if (m->input_count != 1) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: has %d inputs; a network for pictures has one", m->path,
                       m->input_count);
    }
    return each(m, *graph, GRAPH_OUTPUT, mark_answer, err);
}

/* ---- the model ---- */

static dk_status read_opset(dk_onnx *m, dk_pb opset, dk_error *err) {
    dk_pb domain;
    dk_pb_field f;
    DK_TRY(dk_onnx_find_text(opset, OPSET_DOMAIN, &domain, err));
    if (dk_pb_size(&domain) > 0 && !dk_pb_is(&domain, "ai.onnx")) {
        return DK_OK;
    }
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&opset, &f, &there, err));
        if (there && f.number == OPSET_VERSION && f.wire == DK_PB_VARINT) {
            m->opset = f.value > INT32_MAX ? INT32_MAX : (int)f.value;
        }
    }
    return DK_OK;
}

static dk_status read_model(dk_onnx *m, dk_error *err) {
    dk_pb rest = m->file, graph;
    dk_pb_field f;
    for (bool there = true; there;) {
        DK_TRY(dk_pb_next(&rest, &f, &there, err));
        if (there && f.number == MODEL_OPSET) {
            DK_TRY(dk_pb_want(&rest, &f, DK_PB_BYTES, err));
            DK_TRY(read_opset(m, f.inside, err));
        }
    }
    DK_TRY(dk_onnx_find_text(m->file, MODEL_GRAPH, &graph, err));
    if (dk_pb_size(&graph) == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: is no ONNX model: there is no graph in it", m->path);
    }
    if (m->opset < DK_ONNX_OPSET_FIRST || m->opset > DK_ONNX_OPSET_LAST) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: is of opset %d; %d to %d are read", m->path, m->opset,
                       DK_ONNX_OPSET_FIRST, DK_ONNX_OPSET_LAST);
    }
    return read_graph(m, &graph, err);
}

/* owned: the same bytes, when the model shall free them (it does so only when it is opened). */
static dk_status open_model(dk_onnx **out, const uint8_t *bytes, size_t size, uint8_t *owned,
                            const char *path, dk_error *err) {
    *out = NULL;
    dk_arena *arena = dk_arena_open();
    dk_onnx *m = arena ? dk_arena_alloc(arena, sizeof *m) : NULL;
    const char *kept = m ? dk_arena_text(arena, path) : NULL;
    if (!kept) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof *m, "a model");
    }
    *m = (dk_onnx){.arena = arena, .path = kept, .file = dk_pb_open(kept, bytes, size), .owned = owned};
    const dk_status status = read_model(m, err);
    if (status != DK_OK) {
        dk_arena_close(arena);
        return status;
    }
    *out = m;
    return DK_OK;
}

dk_status dk_onnx_parse(dk_onnx **out, const uint8_t *bytes, size_t size, const char *path, dk_error *err) {
    return open_model(out, bytes, size, NULL, path, err);
}

dk_status dk_onnx_load(dk_onnx **out, const char *path, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out = NULL;
    DK_TRY(dk_file_read(path, DK_ONNX_MOST, &bytes, &size, err));
    const dk_status status = open_model(out, bytes, size, bytes, path, err);
    if (status != DK_OK) {
        free(bytes);
    }
    return status;
}

void dk_onnx_close(dk_onnx *m) {
    if (!m) {
        return;
    }
    free(m->owned);
    dk_arena_close(m->arena); /* m itself lives there */
}

/* What was read once has no errors. */
bool dk_onnx_note(const dk_onnx *m, const char *key, dk_pb *out) {
    dk_pb rest = m->file, name;
    dk_pb_field f;
    for (bool there = true; there && dk_pb_next(&rest, &f, &there, NULL) == DK_OK && there;) {
        if (f.number == MODEL_METADATA && f.wire == DK_PB_BYTES &&
            dk_onnx_find_text(f.inside, NOTE_KEY, &name, NULL) == DK_OK && dk_pb_is(&name, key)) {
            return dk_onnx_find_text(f.inside, NOTE_VALUE, out, NULL) == DK_OK;
        }
    }
    return false;
}

static const dk_onnx_value *value_of(const dk_onnx *m, const int *list, int count, int i) {
    return i < count && list[i] >= 0 ? &m->values[list[i]] : NULL;
}

const dk_onnx_value *dk_onnx_input(const dk_onnx *m, const dk_onnx_node *n, int i) {
    return value_of(m, n->inputs, n->input_count, i);
}

const dk_onnx_value *dk_onnx_output(const dk_onnx *m, const dk_onnx_node *n, int i) {
    return value_of(m, n->outputs, n->output_count, i);
}
