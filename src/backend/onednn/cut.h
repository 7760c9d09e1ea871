/* How a product is cut into shares, and what one of them then is to the library: an operation of its own, over fewer
 * images or outputs. */
#ifndef DK_BACKEND_ONEDNN_CUT_H
#define DK_BACKEND_ONEDNN_CUT_H

#include "backend/onednn/product.h"

/* x, y, the weights and the bias are those of one share. */
typedef struct {
    const dk_dnn *engine;
    const dk_plan_desc *d;
    const dk_dnn_product_kind *kind;
    int shares;      /* 1: the whole */
    bool by_outputs; /* else by images */
    dk_shape x, y;
    dnnl_memory_desc_t y_any, w_plain, w_any, dw_any,
        bias; /* y_any and w_any in the precision of the product, the others float */
} dk_dnn_cut;

/* Whether a whole is worth the library's threads: they pay from a fifth of a millisecond of one thread on; where nothing
 * is learnt, little else wants the cores, and from a hundredth. */
bool dk_dnn_cut_wide(const dk_dnn_cut *k);

/* Forward: by images; of a single one, when predicting, by outputs. */
DK_CHECKED dk_status dk_dnn_cut_forward(dk_dnn_cut *k, dk_error *err);
/* To w: by the `images` shares of forward where `sums` (each may leave a gradient of its own), else by outputs. */
DK_CHECKED dk_status dk_dnn_cut_weights(dk_dnn_cut *k, int images, bool sums, dk_error *err);
/* Into so many shares of images; 1: not at all. */
DK_CHECKED dk_status dk_dnn_cut_images(dk_dnn_cut *k, int shares, dk_error *err);

/* The layout of the whole of which md is a share's, and that of a share. */
dnnl_memory_desc_t dk_dnn_cut_whole(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape all);
dnnl_memory_desc_t dk_dnn_cut_share(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape share);

/* Whether shares of this layout and shape lie one behind the other in the whole. */
bool dk_dnn_cut_stacks(const dk_dnn_cut *k, const dnnl_memory_desc_t *md, dk_shape s);

/* Sets how many shares the way has, and its steps: x and y are as the way's primitive has them. */
void dk_dnn_cut_steps(const dk_dnn_cut *k, dk_dnn_way *way, const dnnl_memory_desc_t *x,
                      const dnnl_memory_desc_t *y);

#endif
