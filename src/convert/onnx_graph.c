#include "convert/onnx_graph.h"

#include <stdlib.h>
#include <string.h>

#include "backend/activation.h"
#include "base/text.h"
#include "convert/onnx_context.h"

/* ---- what the readers of operators share ---- */

bool dk_onnx_take_moved(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_value *v) {
    const dk_graph_value *value = v ? &c->g->values[v->index] : NULL;
    if (!value || value->constant) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": %s", v ? "works on a constant" : "lacks an input");
        return false;
    }
    if (!c->facts[v->index].known) {
        dk_graph_refuse(c->g, n, DK_EFORMAT,
                        ": reads '%s', which no earlier node gives as far as they are read", v->name);
        return false;
    }
    n->x[n->x_count++] = value;
    return dk_onnx_settle(c, v);
}

bool dk_onnx_take(const dk_onnx_context *c, dk_graph_node *n, const dk_onnx_value *v) {
    const dk_graph_node *by = v ? c->facts[v->index].moved : NULL;
    if (by) {
        dk_graph_refuse(
            c->g, n, DK_EUNSUPPORTED,
            ": reads '%s', whose values node %d %s has moved; layers read channels, rows and columns in "
            "this order",
            v->name, by->index, by->name);
        return false;
    }
    return dk_onnx_take_moved(c, n, v);
}

bool dk_onnx_take_planes(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n, int i) {
    if (!dk_onnx_take(c, n, dk_onnx_input(c->m, from, i))) {
        return false;
    }
    const dk_graph_value *x = n->x[n->x_count - 1];
    const dk_shape s = c->facts[x->index].shape;
    const bool planes = x->rank == 4 && x->dims[1] == s.c && x->dims[2] == s.h && x->dims[3] == s.w;
    if (!planes && (x->rank != 2 || x->dims[1] != s.c || s.h * s.w != 1)) {
        char dims[64];
        dk_graph_refuse(
            c->g, n, DK_EUNSUPPORTED,
            ": reads '%s' as %s; layers read N, channels, rows and columns as the layer before gives them",
            x->name, dk_graph_dims(dims, x));
        return false;
    }
    return true;
}

void dk_onnx_give(const dk_onnx_context *c, dk_graph_node *n, int rank, int channels, int rows, int columns) {
    dk_graph_value *y = &c->g->values[n->y->index];
    const dk_shape shape = {1, channels, rows, columns};
    *y = (dk_graph_value){
        .name = y->name, .type = y->type, .index = y->index, .rank = rank, .answers = y->answers};
    const int dims[] = {n->x[0]->dims[0], channels, rows, columns};
    memcpy(y->dims, dims, sizeof dims);
    c->facts[y->index].known = true;
    c->facts[y->index].shape = shape;
}

void dk_onnx_give_same(const dk_onnx_context *c, dk_graph_node *n) {
    dk_graph_value *y = &c->g->values[n->y->index];
    const dk_onnx_fact *from = &c->facts[n->x[0]->index];
    y->rank = n->x[0]->rank;
    memcpy(y->dims, n->x[0]->dims, sizeof y->dims);
    c->facts[y->index].known = from->known;
    c->facts[y->index].shape = from->shape;
    c->facts[y->index].moved = from->moved;
    y->moved = from->moved != NULL;
}

const dk_graph_value *dk_onnx_constant(const dk_onnx_context *c, const dk_onnx_value *v) {
    return v && c->g->values[v->index].constant ? &c->g->values[v->index] : NULL;
}

dk_status dk_onnx_scalar(const dk_onnx_context *c, const dk_onnx_value *v, bool *is, float *out,
                         dk_error *err) {
    const dk_graph_value *k = dk_onnx_constant(c, v);
    *is = k && dk_graph_count(k) == 1;
    return *is ? c->g->read(c->g, k, out, err) : DK_OK;
}

dk_status dk_onnx_int(const dk_onnx_node *n, const char *name, int absent, int *out, dk_error *err) {
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(n, name, &a, err));
    const int64_t most = INT32_MAX, v = a.there ? a.i : absent;
    *out = v > most ? INT32_MAX : v < -most ? -INT32_MAX : (int)v;
    return DK_OK;
}

dk_status dk_onnx_float(const dk_onnx_node *n, const char *name, float absent, float *out, dk_error *err) {
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(n, name, &a, err));
    *out = a.there ? a.f : absent;
    return DK_OK;
}

dk_status dk_onnx_list(const dk_onnx_context *c, const dk_onnx_node *n, const char *name, int i, int64_t *out,
                       int room, int *count, dk_error *err) {
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(n, name, &a, err));
    const dk_onnx_value *v = i >= 0 ? dk_onnx_input(c->m, n, i) : NULL;
    const dk_onnx_fact *fact = v ? &c->facts[v->index] : NULL;
    const dk_graph_value *k = dk_onnx_constant(c, v);
    *count = -1;
    if (a.there && a.count <= room) {
        *count = a.count;
        memcpy(out, a.ints, (size_t)a.count * sizeof *out);
    } else if (fact && fact->ints && fact->int_count <= room) {
        *count = fact->int_count;
        memcpy(out, fact->ints, (size_t)fact->int_count * sizeof *out);
    } else if (k && dk_graph_count(k) <= (size_t)room) {
        return dk_onnx_ints(c->m, k->of, out, room, count, err);
    }
    return DK_OK;
}

/* ---- nodes ---- */

static const dk_onnx_operator *operator_of(const char *op) {
    const dk_onnx_operator *o = dk_onnx_operators;
    while (o->op && strcmp(o->op, op) != 0) {
        o++;
    }
    return o;
}

static dk_status fill_known(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                            dk_error *err) {
    const dk_onnx_operator *o = operator_of(from->op);
    char strange[64] = "";
    if (from->domain) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": is an operator of '%s'; those of ONNX itself are read",
                        from->domain);
        return DK_OK;
    }
    if (!o->fill) {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": %s", o->op ? o->why : "is not read here");
        return DK_OK;
    }
    DK_TRY(dk_onnx_strange_attribute(from, o->attributes, strange, err));
    if (strange[0] != '\0') {
        dk_graph_refuse(c->g, n, DK_EUNSUPPORTED, ": has the attribute '%s', which is not read here",
                        strange);
        return DK_OK;
    }
    return o->fill(c, from, n, err);
}

static dk_status fill_node(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                           dk_error *err) {
    const dk_onnx_value *y = dk_onnx_output(c->m, from, 0);
    *n = (dk_graph_node){.kind = DK_NODE_OTHER,
                         .name = from->op,
                         .label = from->name,
                         .index = from->index,
                         .y = y ? &c->g->values[y->index] : NULL,
                         .act = dk_act_names[DK_ACT_LINEAR],
                         .factor = 1,
                         .beta = 1,
                         .runs = 1};
    n->x = dk_arena_alloc(c->g->arena, (size_t)(from->input_count + 1) * sizeof *n->x);
    if (!n->x) {
        return dk_no_memory(err, (size_t)from->input_count * sizeof *n->x, "the inputs of a node");
    }
    if (!y) {
        dk_graph_refuse(c->g, n, DK_EFORMAT, ": has no output");
        return DK_OK;
    }
    return fill_known(c, from, n, err);
}

/* ---- the graph ---- */

static dk_status read_values(const dk_graph *g, const dk_graph_value *v, float *out, dk_error *err) {
    return dk_onnx_values(g->model, v->of, out, err);
}

static void fill_values(const dk_onnx_context *c) {
    for (int i = 0; i < c->m->value_count; i++) {
        const dk_onnx_value *from = &c->m->values[i];
        dk_graph_value *v = &c->g->values[i];
        *v = (dk_graph_value){.name = from->name,
                              .type = from->constant ? dk_onnx_type_name(from->type) : "float32",
                              .index = i,
                              .rank = from->constant ? from->rank : 0,
                              .constant = from->constant,
                              .answers = from->answers,
                              .of = from};
        memcpy(v->dims, from->dims, sizeof v->dims);
        c->facts[i].base = i;
    }
    for (int i = 0; i < c->m->node_count; i++) {
        for (int k = 0; k < c->m->nodes[i].input_count; k++) {
            const dk_onnx_value *v = dk_onnx_input(c->m, &c->m->nodes[i], k);
            c->facts[v ? v->index : 0].reads += v != NULL;
        }
    }
}

/* N may be any number, and counts as 1. */
static dk_status fill_input(const dk_onnx_context *c, dk_error *err) {
    const dk_onnx_value *from = &c->m->values[c->m->input];
    dk_graph_value *v = &c->g->values[c->m->input];
    bool fixed = !from->constant && (from->rank == 4 || from->rank == 2);
    for (int i = 1; i < from->rank; i++) {
        fixed = fixed && from->dims[i] > 0;
    }
    if (!fixed) {
        return dk_fail(
            err, DK_EUNSUPPORTED,
            "%s: its input '%s' has no fixed size; wanted are N, channels, rows and columns, of which N "
            "may be open: export it with the size of the pictures",
            c->m->path, from->name);
    }
    v->rank = from->rank;
    memcpy(v->dims, from->dims, sizeof v->dims);
    v->dims[0] = v->dims[0] > 0 ? v->dims[0] : 1;
    c->facts[v->index].known = true;
    c->facts[v->index].shape =
        (dk_shape){1, v->dims[1], v->rank == 4 ? v->dims[2] : 1, v->rank == 4 ? v->dims[3] : 1};
    c->g->input = v;
    return DK_OK;
}

static bool note_number(const dk_onnx *m, const char *key, double *out) {
    dk_pb text;
    char number[32] = "";
    if (!dk_onnx_note(m, key, &text) || dk_pb_size(&text) >= sizeof number) {
        return false;
    }
    memcpy(number, text.at, dk_pb_size(&text));
    return dk_text_float(number, out);
}

/* What [net] says of pixels and the value behind it, in our own exports; NULL in others. */
static const dk_onnx_value *find_network_input(const dk_onnx *m, dk_input_conf *conf) {
    double mean = 0, scale = 0, grey = 0, bgr = 0;
    dk_pb name;
    if (!dk_onnx_note(m, DK_ONNX_NETWORK_INPUT, &name) || !note_number(m, DK_ONNX_INPUT_MEAN, &mean) ||
        !note_number(m, DK_ONNX_INPUT_SCALE, &scale) || !note_number(m, DK_ONNX_GREY, &grey)) {
        return NULL;
    }
    *conf = (dk_input_conf){.input_mean = (float)mean,
                            .input_scale = (float)scale,
                            .grey = grey != 0,
                            .bgr = note_number(m, DK_ONNX_BGR, &bgr) && bgr != 0};
    return dk_onnx_find(m, &name);
}

/* Behind the preprocessing: what came before is no part of the network. */
static void skip_preprocessing(const dk_onnx_context *c, const dk_graph_value *v, int nodes) {
    if (!c->facts[v->index].known) {
        return;
    }
    for (int i = 0; i < nodes; i++) {
        c->g->nodes[i].kind = DK_NODE_NONE;
        c->g->nodes[i].why = NULL;
    }
    c->facts[v->index].base = v->index;
    c->facts[v->index].samples = NULL;
    c->facts[v->index].formula = NULL;
    c->facts[v->index].sayable = false;
    c->g->input = v;
    c->g->tells_input = true;
}

static dk_status fill_graph(const dk_onnx_context *c, dk_error *err) {
    fill_values(c);
    DK_TRY(fill_input(c, err));
    const dk_onnx_value *behind = find_network_input(c->m, &c->g->input_conf);
    if (behind && behind->index == c->m->input) {
        skip_preprocessing(c, &c->g->values[c->m->input], 0);
    }
    for (int i = 0; i < c->m->node_count; i++) {
        dk_graph_node *n = &c->g->nodes[i];
        DK_TRY(fill_node(c, &c->m->nodes[i], n, err));
        if (n->y && behind && n->y->index == behind->index) {
            skip_preprocessing(c, n->y, i + 1);
        }
    }
    for (int i = 0; i < c->m->value_count; i++) {
        if (c->m->values[i].answers && c->facts[i].known) {
            (void)dk_onnx_settle(c, &c->m->values[i]);
        }
    }
    return dk_graph_resolve(c->g, err);
}

dk_status dk_onnx_graph(dk_graph **out, const dk_onnx *m, dk_error *err) {
    const size_t values = (size_t)m->value_count, nodes = (size_t)m->node_count;
    dk_graph *g = dk_arena_alloc(m->arena, sizeof *g);
    dk_graph_value *all = dk_arena_alloc(m->arena, (values + 1) * sizeof *all);
    dk_graph_node *every = dk_arena_alloc(m->arena, nodes * sizeof *every);
    dk_onnx_fact *facts = dk_arena_alloc(m->arena, (values + 1) * sizeof *facts);
    if (!g || !all || !every || !facts) {
        return dk_no_memory(err, values * (sizeof *all + sizeof *facts), "the graph of a model");
    }
    *g = (dk_graph){.arena = m->arena,
                    .path = m->path,
                    .word = "node",
                    .rows = 2,
                    .pixels =
                        "0..255 is input_scale=255, 0..1 input_scale=1, -1..1 input_mean=.5 input_scale=2",
                    .values = all,
                    .nodes = every,
                    .value_count = m->value_count,
                    .node_count = m->node_count,
                    .model = m,
                    .read = read_values};
    *out = g;
    return fill_graph(&(dk_onnx_context){m, g, facts}, err);
}
