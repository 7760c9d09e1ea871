#include "convert/padding.h"

#include <string.h>

enum { MOST = 64, ROWS = 4 };

/* Two numbers for each of batch, rows, columns and channels. */
static dk_status read_pads(const dk_tflite *m, const dk_tflite_op *op, int pads[2 * ROWS], dk_error *err) {
    const dk_tflite_tensor *t = dk_tflite_input(m, op, 1);
    if (!t || !t->data || dk_tflite_count(t) != 2 * ROWS) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: operator %d %s: how much it pads is not in the file as two numbers for each of 4 "
                       "dimensions",
                       m->path, op->index, op->name);
    }
    return dk_tflite_ints(m, t, pads, err);
}

/* PADV2 says what it pads with. */
static dk_status check_zero(const dk_tflite *m, const dk_tflite_op *op, dk_error *err) {
    const dk_tflite_tensor *t = dk_tflite_input(m, op, 2);
    float value = 0;
    if (t && dk_tflite_count(t) == 1) {
        DK_TRY(dk_tflite_values(m, t, &value, err));
    }
    return value == 0 ? DK_OK
                      : dk_fail(err, DK_EUNSUPPORTED, "%s: operator %d %s pads with %g; layers pad with 0",
                                m->path, op->index, op->name, (double)value);
}

dk_status dk_padding_add(dk_padding *padding, const dk_tflite *m, const dk_tflite_op *op, dk_error *err) {
    int pads[2 * ROWS] = {0}, most = 0;
    DK_TRY(read_pads(m, op, pads, err));
    bool fits = pads[0] == 0 && pads[1] == 0 && pads[6] == 0 && pads[7] == 0;
    for (int i = 0; i < 2 * ROWS; i++) {
        fits = fits && pads[i] >= 0 && pads[i] <= MOST;
        most = pads[i] > most ? pads[i] : most;
    }
    if (!fits) {
        return dk_fail(
            err, DK_EUNSUPPORTED,
            "%s: operator %d %s pads by %d,%d %d,%d %d,%d %d,%d (batch, rows, columns, channels); layers "
            "pad rows and columns, by 0..%d",
            m->path, op->index, op->name, pads[0], pads[1], pads[2], pads[3], pads[4], pads[5], pads[6],
            pads[7], MOST);
    }
    if (op->mirrors && most > 0) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: operator %d %s pads with a mirror image; layers pad with 0",
                       m->path, op->index, op->name);
    }
    DK_TRY(check_zero(m, op, err));
    padding->of = padding->op ? padding->of : dk_tflite_input(m, op, 0);
    padding->op = op;
    padding->top += pads[2];
    padding->bottom += pads[3];
    padding->left += pads[4];
    padding->right += pads[5];
    return DK_OK;
}

void dk_padding_same(int in, int window, int stride, int dilation, int *before, int *after) {
    const int out = (in + stride - 1) / stride, reach = dilation * (window - 1) + 1;
    const int total = (out - 1) * stride + reach - in;
    const int all = total > 0 ? total : 0;
    *before = all / 2;
    *after = all - all / 2;
}

bool dk_padding_is_same(const dk_padding *padding, const dk_window *window, int h, int w) {
    dk_padding same = {0};
    dk_padding_same(h, window->kh, window->stride_y, window->dilation_y, &same.top, &same.bottom);
    dk_padding_same(w, window->kw, window->stride_x, window->dilation_x, &same.left, &same.right);
    return padding->top == same.top && padding->bottom == same.bottom && padding->left == same.left &&
           padding->right == same.right;
}
