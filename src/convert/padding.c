#include "convert/padding.h"

enum { MOST = 64 };

bool dk_padding_add(dk_padding *padding, const dk_graph *g, dk_graph_node *n) {
    const int(*p)[2] = (const int(*)[2])n->pads;
    int most = 0;
    bool fits = p[0][0] == 0 && p[0][1] == 0 && p[3][0] == 0 && p[3][1] == 0;
    for (int i = 0; i < 8; i++) {
        const int cells = p[i / 2][i % 2];
        fits = fits && cells >= 0 && cells <= MOST;
        most = cells > most ? cells : most;
    }
    if (!fits) {
        dk_graph_refuse(
            g, n, DK_EUNSUPPORTED,
            " pads by %d,%d %d,%d %d,%d %d,%d (batch, rows, columns, channels); layers pad rows and columns, "
            "by 0..%d",
            p[0][0], p[0][1], p[1][0], p[1][1], p[2][0], p[2][1], p[3][0], p[3][1], MOST);
    } else if (n->mirrors && most > 0) {
        dk_graph_refuse(g, n, DK_EUNSUPPORTED, " pads with a mirror image; layers pad with 0");
    } else if (n->pad_value != 0) {
        dk_graph_refuse(g, n, DK_EUNSUPPORTED, " pads with %g; layers pad with 0", (double)n->pad_value);
    }
    if (n->why) {
        return false;
    }
    padding->of = padding->op ? padding->of : n->x[0];
    padding->op = n;
    padding->top += p[1][0];
    padding->bottom += p[1][1];
    padding->left += p[2][0];
    padding->right += p[2][1];
    return true;
}

void dk_padding_same(int in, int window, int stride, int dilation, int *before, int *after) {
    const int out = (in + stride - 1) / stride, reach = dilation * (window - 1) + 1;
    const int total = (out - 1) * stride + reach - in;
    const int all = total > 0 ? total : 0;
    *before = all / 2;
    *after = all - all / 2;
}

bool dk_padding_is_same(const dk_padding *padding, const dk_graph_window *window, int h, int w) {
    dk_padding same = {0};
    dk_padding_same(h, window->kh, window->stride_y, window->dilation_y, &same.top, &same.bottom);
    dk_padding_same(w, window->kw, window->stride_x, window->dilation_x, &same.left, &same.right);
    return padding->top == same.top && padding->bottom == same.bottom && padding->left == same.left &&
           padding->right == same.right;
}
