/* Both sides in the same numbers, so that what differs can be told by a table. */
#include "convert/geometry.h"

#include <stdio.h>

#define AT(field) offsetof(dk_geometry, field)
const dk_geometry_row dk_geometry_rows[] = {
    {AT(kh), "size", "rows of the window", DK_GEOMETRY_WEIGHTS},
    {AT(kw), "size", "columns of the window", DK_GEOMETRY_WEIGHTS},
    {AT(groups), "groups", "groups", DK_GEOMETRY_WEIGHTS},
    {AT(inputs), NULL, "input channels of each group", DK_GEOMETRY_WEIGHTS},
    {AT(stride_y), "stride", "rows from window to window", DK_GEOMETRY_STRIDE},
    {AT(stride_x), "stride", "columns from window to window", DK_GEOMETRY_STRIDE},
    {AT(dilation_y), "dilation", "rows from cell to cell of the window", DK_GEOMETRY_WEIGHTS},
    {AT(dilation_x), "dilation", "columns from cell to cell of the window", DK_GEOMETRY_WEIGHTS},
    {AT(top), "pad", "rows of padding above", DK_GEOMETRY_PADDING},
    {AT(bottom), "pad", "rows of padding below", DK_GEOMETRY_PADDING},
    {AT(left), "pad", "columns of padding on the left", DK_GEOMETRY_PADDING},
    {AT(right), "pad", "columns of padding on the right", DK_GEOMETRY_PADDING},
    {AT(outputs), "filters", "outputs", DK_GEOMETRY_WEIGHTS},
    {0},
};

/* Of a dense matrix: one window as large as its input. */
static dk_geometry dense(dk_shape x, int inputs, int outputs) {
    return (dk_geometry){.groups = 1,
                         .inputs = inputs,
                         .outputs = outputs,
                         .kh = x.h,
                         .kw = x.w,
                         .stride_y = 1,
                         .stride_x = 1,
                         .dilation_y = 1,
                         .dilation_x = 1};
}

dk_geometry dk_geometry_of_layer(const dk_layer *l) {
    const dk_plan_desc *d = &l->wanted[0];
    const dk_shape x = l->x[0]->shape, y = l->y->shape;
    if (d->op == DK_OP_DENSE) {
        return dense(x, x.c, y.c);
    }
    if (d->op == DK_OP_POOL) {
        return (dk_geometry){.groups = 1,
                             .kh = d->u.pool.kh,
                             .kw = d->u.pool.kw,
                             .stride_y = d->u.pool.stride_y,
                             .stride_x = d->u.pool.stride_x,
                             .dilation_y = 1,
                             .dilation_x = 1,
                             .top = d->u.pool.top,
                             .bottom = d->u.pool.bottom,
                             .left = d->u.pool.left,
                             .right = d->u.pool.right};
    }
    return (dk_geometry){.groups = d->u.conv.groups,
                         .inputs = x.c / d->u.conv.groups,
                         .outputs = y.c,
                         .kh = d->u.conv.kh,
                         .kw = d->u.conv.kw,
                         .stride_y = d->u.conv.stride_y,
                         .stride_x = d->u.conv.stride_x,
                         .dilation_y = d->u.conv.dilation,
                         .dilation_x = d->u.conv.dilation,
                         .top = d->u.conv.top,
                         .bottom = d->u.conv.bottom,
                         .left = d->u.conv.left,
                         .right = d->u.conv.right};
}

void dk_geometry_trim(dk_geometry *g, dk_shape x) {
    const int tall = g->dilation_y * (g->kh - 1) + 1, wide = g->dilation_x * (g->kw - 1) + 1;
    const int rows = x.h + g->top + g->bottom - tall, columns = x.w + g->left + g->right - wide;
    if (rows >= 0 && columns >= 0) {
        g->bottom -= rows % g->stride_y;
        g->right -= columns % g->stride_x;
    }
}

static dk_graph_window window_of(const dk_geometry *g) {
    return (dk_graph_window){g->kh, g->kw, g->stride_y, g->stride_x, g->dilation_y, g->dilation_x};
}

static void pad_same(dk_geometry *g, int h, int w) {
    dk_padding_same(h, g->kh, g->stride_y, g->dilation_y, &g->top, &g->bottom);
    dk_padding_same(w, g->kw, g->stride_x, g->dilation_x, &g->left, &g->right);
}

/* Is it SAME where the model was made? */
static bool same_there(const dk_graph *graph, const dk_padding *p, const dk_geometry *g) {
    const dk_graph_window window = window_of(g);
    return p->of && p->of->rank == 4 &&
           dk_padding_is_same(p, &window, p->of->dims[graph->rows], p->of->dims[graph->rows + 1]);
}

static bool same_pads(dk_geometry a, dk_geometry b, dk_shape x) {
    dk_geometry_trim(&a, x);
    dk_geometry_trim(&b, x);
    return a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
}

static void set_padding(dk_geometry *g, const dk_graph *graph, const dk_graph_node *n, const dk_layer *l) {
    const dk_shape x = l->x[0]->shape;
    const dk_padding *p = &n->feeds[0].padding;
    if (n->same) {
        pad_same(g, x.h + p->top + p->bottom, x.w + p->left + p->right);
    }
    g->top += p->top;
    g->bottom += p->bottom;
    g->left += p->left;
    g->right += p->right;
    if (p->op && !n->same && !same_pads(*g, dk_geometry_of_layer(l), x) && same_there(graph, p, g)) {
        pad_same(g, x.h, x.w);
    }
}

const char *dk_geometry_pad_key(char out[32], const dk_graph *graph, const dk_padding *p,
                                const dk_geometry *g, dk_shape x) {
    dk_geometry none = *g;
    none.top = none.bottom = none.left = none.right = 0;
    const bool even = p->top == p->bottom && p->left == p->right && p->top == p->left;
    if (same_there(graph, p, g)) {
        snprintf(out, 32, "pad=same");
    } else if (same_pads(*g, none, x)) {
        snprintf(out, 32, "pad=0");
    } else {
        snprintf(out, 32, even ? "padding=%d" : "no pad of a layer", p->top);
    }
    return out;
}

/* A last window that begins inside, or in the padding before, counts. */
static void add_last_window(int in, int window, int stride, int before, int *after) {
    const int room = in + before + *after - window, over = room % stride;
    const int next = room - over + stride; /* where it would begin, from the padding on */
    if (over > 0 && next < in + before) {
        *after += stride - over;
    }
}

dk_geometry dk_geometry_of_node(const dk_graph *graph, const dk_graph_node *n, const dk_layer *l) {
    const dk_shape x = l->x[0]->shape;
    const dk_graph_window *w = &n->window;
    if (n->kind == DK_NODE_DENSE) {
        return dense(x, n->inputs % (x.h * x.w) == 0 ? n->inputs / (x.h * x.w) : n->inputs, n->outputs);
    }
    dk_geometry g = {.groups = n->groups > 0 ? n->groups : x.c,
                     .inputs = n->inputs,
                     .outputs = n->outputs,
                     .kh = w->kh,
                     .kw = w->kw,
                     .stride_y = w->stride_y,
                     .stride_x = w->stride_x,
                     .dilation_y = w->dilation_y,
                     .dilation_x = w->dilation_x};
    set_padding(&g, graph, n, l);
    if (n->ceil) {
        add_last_window(x.h, g.kh, g.stride_y, g.top, &g.bottom);
        add_last_window(x.w, g.kw, g.stride_x, g.left, &g.right);
    }
    return g;
}
