#include "convert/window_key.h"

#include <stdio.h>
#include <string.h>

#include "convert/geometry.h"

/* Rows and columns of what the layer before gives. */
static dk_shape input_of(const dk_graph *g, const dk_graph_node *n) {
    const dk_graph_value *x = n->feeds[0].padding.op ? n->feeds[0].padding.of : n->x[0];
    return (dk_shape){1, 1, x->dims[g->rows], x->dims[g->rows + 1]};
}

static dk_geometry padded(const dk_graph_window *v, int top, int bottom, int left, int right) {
    return (dk_geometry){.kh = v->kh,
                         .kw = v->kw,
                         .stride_y = v->stride_y,
                         .stride_x = v->stride_x,
                         .dilation_y = v->dilation_y,
                         .dilation_x = v->dilation_x,
                         .top = top,
                         .bottom = bottom,
                         .left = left,
                         .right = right};
}

static bool equal_windows(dk_geometry a, dk_geometry b, dk_shape x) {
    dk_geometry_trim(&a, x);
    dk_geometry_trim(&b, x);
    return memcmp(&a, &b, sizeof a) == 0;
}

static dk_geometry same_window(const dk_graph_window *v, int h, int w) {
    dk_geometry g = padded(v, 0, 0, 0, 0);
    dk_padding_same(h, v->kh, v->stride_y, v->dilation_y, &g.top, &g.bottom);
    dk_padding_same(w, v->kw, v->stride_x, v->dilation_x, &g.left, &g.right);
    return g;
}

bool dk_window_pad_key(char out[32], const dk_graph *g, const dk_graph_node *n) {
    const dk_padding *p = &n->feeds[0].padding;
    const dk_graph_window *v = &n->window;
    const dk_shape x = input_of(g, n);
    const dk_geometry none = padded(v, 0, 0, 0, 0);
    dk_geometry theirs = n->same ? same_window(v, x.h + p->top + p->bottom, x.w + p->left + p->right) : none;
    theirs.top += p->top;
    theirs.bottom += p->bottom;
    theirs.left += p->left;
    theirs.right += p->right;
    const int half = v->kh / 2 * v->dilation_y, each = theirs.top;
    out[0] = '\0';
    if (equal_windows(theirs, none, x)) {
        return true;
    }
    if (equal_windows(theirs, padded(v, half, half, half, half), x)) {
        snprintf(out, 32, "pad=1\n");
    } else if (equal_windows(theirs, same_window(v, x.h, x.w), x)) {
        snprintf(out, 32, "pad=same\n");
    } else if (equal_windows(theirs, padded(v, each, each, each, each), x) && each <= DK_WINDOW_SIDE) {
        snprintf(out, 32, "padding=%d\n", each);
    } else {
        return false;
    }
    return true;
}

/* Darknet's padding is the total of both sides, the smaller half before. */
int dk_window_pool_padding(const dk_graph *g, const dk_graph_node *n) {
    const dk_graph_window *v = &n->window;
    const dk_shape x = input_of(g, n);
    const int *y = n->y->dims + g->rows;
    int top = n->feeds[0].padding.top, left = n->feeds[0].padding.left, after = 0;
    if (n->same) {
        dk_padding_same(x.h, v->kh, v->stride_y, 1, &top, &after);
        dk_padding_same(x.w, v->kw, v->stride_x, 1, &left, &after);
    }
    const bool square = v->kh == v->kw && v->dilation_x == 1 && v->dilation_y == 1 && top == left;
    for (int total = 2 * top; square && total <= 2 * top + 1 && total <= DK_WINDOW_SIDE; total++) {
        const int rows = x.h + total - v->kh, columns = x.w + total - v->kw;
        if (rows >= 0 && columns >= 0 && rows / v->stride_y + 1 == y[0] &&
            columns / v->stride_x + 1 == y[1]) {
            return total;
        }
    }
    return -1;
}
