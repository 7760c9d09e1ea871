/* Weights between plain [o][i][taps] and the layout of a primitive, both ways. The library's reorder, except for the
 * common square tiles (16×16 or 8×8 of outputs and inputs), which training packs and unpacks at every step. For bf16
 * the tiles of 1×1 weights hold pairs of neighbouring inputs or outputs side by side, as the dot product of pairs
 * wants them. */
#ifndef DK_BACKEND_ONEDNN_PACKING_H
#define DK_BACKEND_ONEDNN_PACKING_H

#include "backend/onednn/primitive.h"

typedef struct {
    bool needed;              /* false: the layouts are the same */
    dk_dnn_primitive reorder; /* when there are no tiles */
    bool to_plain;
    void (*pack)(const float *plain, size_t line, dk_bf16 *tile); /* tiles of pairs; NULL: tiles of floats */
    int side, rows, columns, taps;          /* of a tile; tiles of outputs and of inputs; kh·kw */
    size_t row, column, tap, output, input; /* values in the tiled layout from one to the next */
} dk_dnn_packing;

/* One of from and to is plain. */
DK_CHECKED dk_status dk_dnn_packing_make(dk_dnn *e, dk_dnn_packing *p, const dnnl_memory_desc_t *from,
                                         const dnnl_memory_desc_t *to, dk_error *err);
void dk_dnn_packing_free(dk_dnn_packing *p);
size_t dk_dnn_packing_pad(const dk_dnn_packing *p); /* bytes of the scratchpad */

/* As dk_dnn_reorder: *from becomes `to`, or stays when the layouts are the same. */
DK_CHECKED dk_status dk_dnn_pack(dk_dnn *e, dk_dnn_packing *p, void *scratchpad, const void **from, void *to,
                                 dk_error *err);

/* The same by this thread alone, within a share. */
DK_CHECKED dk_status dk_dnn_pack_alone(dk_dnn *e, dk_dnn_packing *p, void *scratchpad, const void **from,
                                       void *to, dk_error *err);

#endif
