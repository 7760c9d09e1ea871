/* How the bytes of a tensor lie. tensor.layout points to a dnnl_memory_desc_t that the engine keeps until
 * close; NULL is plain NCHW. Kernels of our own see all the layouts that oneDNN picks (nchw, nhwc, nChw8c,
 * nChw16c) as one thing, dk_dnn_planes. */
#ifndef DK_BACKEND_ONEDNN_LAYOUT_H
#define DK_BACKEND_ONEDNN_LAYOUT_H

#include "backend/onednn/engine.h"

dnnl_memory_desc_t dk_dnn_md(const dk_tensor *t);                     /* of the tensor as it lies */
dnnl_memory_desc_t dk_dnn_md_plain(dk_shape s);                       /* NCHW of floats */
dnnl_memory_desc_t dk_dnn_md_any(dk_shape s, dk_precision precision); /* the library's choice */
/* Blocks of 8 or 16 channels, nChw8c or nChw16c; other numbers of lanes: any. */
dnnl_memory_desc_t dk_dnn_md_blocks(dk_shape s, dk_precision precision, int lanes);
dnnl_memory_desc_t dk_dnn_md_list(int n); /* n floats */
dnnl_memory_desc_t dk_dnn_md_like(dk_shape s,
                                  const dnnl_memory_desc_t *md); /* s in the format and type of md */

/* The same format, another type; and the way back. */
dnnl_memory_desc_t dk_dnn_md_in(const dnnl_memory_desc_t *md, dk_precision precision);
dk_precision dk_dnn_md_precision(const dnnl_memory_desc_t *md);
size_t dk_dnn_item(dk_precision precision); /* bytes of a value */
dk_precision dk_dnn_precision(const dk_tensor *t);
bool dk_dnn_any_bf16(const dk_plan_desc *d); /* of its inputs */

/* Gives the tensor this layout. */
DK_CHECKED dk_status dk_dnn_layout_set(dk_dnn *e, dk_tensor *t, const dnnl_memory_desc_t *md, dk_error *err);
void dk_dnn_layouts_free(dk_dnn *e);

/* Lanes of a view never exceed this; it is also what layouts without blocks are cut into. */
#define DK_DNN_LANES 16

/* Value (n, c, pixel p) lies at n·image + (c / lanes)·block + p·pixel + c % lanes, counted in values.
 * padded: the last block has room (zeros) for all its lanes even when there are no such channels. */
typedef struct {
    int images, channels, pixels, lanes, blocks;
    size_t image, block, pixel;
    bool padded;
} dk_dnn_planes;

/* False for a layout that cannot be seen like this. */
bool dk_dnn_planes_of(const dk_tensor *t, dk_dnn_planes *out);

/* The strip of one block of one image, and where it begins. */
dk_dnn_strip dk_dnn_strip_of(const dk_dnn_planes *p, int block);
size_t dk_dnn_strip_at(const dk_dnn_planes *p, int block, int image);

#endif
