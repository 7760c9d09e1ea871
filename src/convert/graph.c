/* Which node reads which. Nodes that only pass their input on are looked through here, once, so that nobody else has
 * to: reshapes, number types, and zeros around what a convolution reads. */
#include "convert/graph.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "convert/padding.h"

const char *dk_graph_dims(char out[64], const dk_graph_value *v) {
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < v->rank && at < 64; i++) {
        at += (size_t)snprintf(out + at, 64 - at, "%s%d", i > 0 ? "x" : "", v->dims[i]);
    }
    return out;
}

size_t dk_graph_count(const dk_graph_value *v) {
    size_t n = 1;
    for (int i = 0; i < v->rank; i++) {
        n *= (size_t)v->dims[i];
    }
    return n;
}

const char *dk_graph_where(const dk_graph *g, const dk_graph_node *n, const dk_graph_value *v) {
    char dims[64];
    const char *label = n->label ? dk_arena_format(g->arena, " '%s'", n->label) : "";
    const char *text =
        v ? dk_arena_format(g->arena, "%s %s %d %s%s ('%s'%s%s)", g->path, g->word, n->index, n->name,
                            label ? label : "", v->name, v->rank > 0 ? " " : "", dk_graph_dims(dims, v))
          : dk_arena_format(g->arena, "%s %s %d %s%s", g->path, g->word, n->index, n->name,
                            label ? label : "");
    return text ? text : n->name;
}

void dk_graph_refuse(const dk_graph *g, dk_graph_node *n, dk_status status, const char *format, ...) {
    char text[600];
    va_list args;
    if (n->why) {
        return;
    }
    va_start(args, format);
    dk_text_format(text, sizeof text, format, args);
    va_end(args);
    n->status = status;
    n->why = dk_arena_format(g->arena, "%s%s", dk_graph_where(g, n, NULL), text);
    n->why = n->why ? n->why : "memory is out";
}

dk_graph_node *dk_graph_sole_reader(const dk_graph_node *n) {
    return n->readers == 1 && !n->answers ? n->reader : NULL;
}

/* ---- feeding ---- */

/* A value, as far as the walk has come. */
typedef struct {
    dk_graph_feed feed;
    const dk_graph_value *constant; /* the values in the file that it is made of, or NULL */
} place;

/* Where input i comes from; false and refused when nothing gives it. */
static bool source(const dk_graph *g, const place *places, dk_graph_node *n, int i, dk_graph_feed *out) {
    const dk_graph_value *v = i < n->x_count ? n->x[i] : NULL;
    *out = v ? places[v->index].feed : (dk_graph_feed){.node = DK_GRAPH_NOTHING};
    if (out->node == DK_GRAPH_NOTHING) {
        dk_graph_refuse(g, n, DK_EFORMAT, ": input %d is no tensor that an earlier %s gives", i, g->word);
        return false;
    }
    return true;
}

static bool same_dims(const dk_graph_value *a, const dk_graph_value *b) {
    return a->rank == b->rank && memcmp(a->dims, b->dims, (size_t)a->rank * sizeof *a->dims) == 0;
}

/* Only convolutions take zeros around what they read. */
static void refuse_padded(const dk_graph *g, dk_graph_node *n, const dk_graph_node *pad) {
    char dims[64];
    dk_graph_refuse(
        g, n, DK_EUNSUPPORTED, " ('%s'%s%s) reads what %s %d %s pads; only before a convolution is that read",
        n->y->name, n->y->rank > 0 ? " " : "", dk_graph_dims(dims, n->y), g->word, pad->index, pad->name);
}

static void pass_on(const dk_graph *g, place *places, dk_graph_node *n) {
    place *to = &places[n->y->index];
    const dk_graph_value *x = n->x_count > 0 ? n->x[0] : NULL;
    dk_graph_feed from;
    if (x && x->constant && same_dims(x, n->y)) {
        to->constant = x;
    } else if (source(g, places, n, 0, &from)) {
        if (from.padding.op && !same_dims(x, n->y)) {
            refuse_padded(g, n, from.padding.op);
        } else {
            to->feed = from;
        }
    }
}

static void pad(const dk_graph *g, place *places, dk_graph_node *n) {
    dk_graph_feed from;
    if (source(g, places, n, 0, &from) && dk_padding_add(&from.padding, g, n)) {
        places[n->y->index].feed = from;
    }
}

static const dk_graph_value *constant_of(const place *places, const dk_graph_value *v) {
    return v && places[v->index].constant ? places[v->index].constant : v;
}

/* Zeros of a window itself are like those of a PAD before it. */
static void add_own_pads(dk_graph_node *n) {
    dk_padding *p = n->x_count > 0 ? &n->feeds[0].padding : NULL;
    if (!p || (n->pads[1][0] | n->pads[1][1] | n->pads[2][0] | n->pads[2][1]) == 0) {
        return;
    }
    p->of = p->op ? p->of : n->x[0];
    p->op = n;
    p->top += n->pads[1][0];
    p->bottom += n->pads[1][1];
    p->left += n->pads[2][0];
    p->right += n->pads[2][1];
}

static dk_status read_inputs(const dk_graph *g, place *places, dk_graph_node *n, dk_error *err) {
    const size_t bytes = (size_t)n->x_count * sizeof *n->feeds;
    n->feeds = dk_arena_alloc(g->arena, bytes);
    if (!n->feeds) {
        return dk_no_memory(err, bytes, "the inputs of a node");
    }
    for (int i = 0; i < n->x_count; i++) {
        if (source(g, places, n, i, &n->feeds[i])) {
            if (n->feeds[i].padding.op && n->kind != DK_NODE_CONV) {
                refuse_padded(g, n, n->feeds[i].padding.op);
            }
            if (n->feeds[i].node >= 0) {
                g->nodes[n->feeds[i].node].readers++;
                g->nodes[n->feeds[i].node].reader = n;
            }
        }
    }
    add_own_pads(n);
    n->weights = constant_of(places, n->weights);
    n->biases = constant_of(places, n->biases);
    places[n->y->index].feed = (dk_graph_feed){.node = (int)(n - g->nodes)};
    return DK_OK;
}

dk_status dk_graph_resolve(dk_graph *g, dk_error *err) {
    const size_t bytes = ((size_t)g->value_count + 1) * sizeof(place);
    place *places = dk_arena_alloc(g->arena, bytes);
    if (!places) {
        return dk_no_memory(err, bytes, "the values of a graph");
    }
    for (int i = 0; i < g->value_count; i++) {
        places[i].feed.node = &g->values[i] == g->input ? DK_GRAPH_PICTURE : DK_GRAPH_NOTHING;
    }
    for (int i = 0; i < g->node_count; i++) {
        dk_graph_node *n = &g->nodes[i];
        if (n->why) {
            continue;
        }
        if (!n->y) {
            dk_graph_refuse(g, n, DK_EFORMAT, ": has no output");
        } else if (n->kind == DK_NODE_SAME) {
            pass_on(g, places, n);
        } else if (n->kind == DK_NODE_PAD) {
            pad(g, places, n);
        } else if (n->kind != DK_NODE_NONE) {
            DK_TRY(read_inputs(g, places, n, err));
        }
    }
    for (int i = 0; i < g->value_count; i++) {
        if (g->values[i].answers && places[i].feed.node >= 0) {
            g->nodes[places[i].feed.node].answers = true;
        }
    }
    return DK_OK;
}
