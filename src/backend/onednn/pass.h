/* What forward and backward of a product share: a pass, which its shares go through, and where things lie. */
#ifndef DK_BACKEND_ONEDNN_PASS_H
#define DK_BACKEND_ONEDNN_PASS_H

#include "backend/onednn/product.h"

/* What all shares of a pass have in common; z, dz and dw are the whole's. */
typedef struct {
    dk_dnn_product *p;
    const dk_args *a;
    const void *x, *w, *bias;
    void *z, *dz, *dx, *dw;      /* dx, dw NULL: not in shares, or not wanted */
    const dk_dnn_norm_job *norm; /* NULL: none, or it is not the shares' */
} dk_dnn_pass;

/* A piece of scratch; then of the part of it that the thread which asks has for itself, and that one's scratchpad. */
void *dk_dnn_product_scratch(const dk_dnn_product *p, size_t at);
void *dk_dnn_product_own(const dk_dnn_product *p, size_t at);
void *dk_dnn_product_pad(const dk_dnn_product *p);

/* Where the share's part of a side begins. */
const void *dk_dnn_after(const void *begin, size_t step, int share);

/* The weights in the layout of the way's primitive: packed, or folded, if they have changed. */
DK_CHECKED dk_status dk_dnn_product_pack(dk_dnn_product *p, dk_dnn_way *way, const dk_args *a, const void **w,
                                         dk_error *err);

/* The images of one of so many shares, through the norm's measuring or finishing. */
void dk_dnn_pass_images(const dk_dnn_pass *k, int share, int shares,
                        void (*visit)(const dk_dnn_norm_job *, int));

#endif
