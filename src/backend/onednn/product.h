/* What convolution and dense have in common: y = act(norm(w ∗ x) | w ∗ x + b). They differ in how they are
 * described to the library (dk_dnn_product_kind); choosing layouts, packing weights, folding the
 * normalisation and the order of the backward pass are here.
 * Convolutions are cut into shares: of images, or of the outputs of one image. A share goes on with what follows for
 * its images (measuring for the normalisation; backward dz, dx and dw) while they are in the cache. */
#ifndef DK_BACKEND_ONEDNN_PRODUCT_H
#define DK_BACKEND_ONEDNN_PRODUCT_H

#include "backend/onednn/gradient.h"
#include "backend/onednn/norm.h"
#include "backend/onednn/packing.h"
#include "backend/onednn/primitive.h"

/* The sides of an operation descriptor; b NULL: no bias. */
typedef struct {
    dnnl_prop_kind_t kind;
    const dnnl_memory_desc_t *x, *w, *b, *y;
} dk_dnn_sides;

typedef union {
    dnnl_convolution_desc_t conv;
    dnnl_inner_product_desc_t dense;
} dk_dnn_op_desc;

struct dk_dnn_product;

typedef struct {
    const char *what;
    dnnl_status_t (*describe)(const dk_plan_desc *, const dk_dnn_sides *, dk_dnn_op_desc *);
    /* Optional: may put a way of its own in the place of the one to the weights. */
    dk_status (*own_weights)(struct dk_dnn_product *, const dk_plan_desc *, dk_error *);
    bool norm;
    float momentum;
    int groups;         /* of channels; 0: there is nothing to cut into shares */
    double work;        /* floating point operations of forward, reading and writing counted as such */
    bool plain_weights; /* packing them would cost more than it wins */
    dk_precision
        precision;        /* of x, the weights and dy as the library gets them; that of the output is in y */
    int w_dims;           /* of the weights, as the library counts them */
    dnnl_dims_t w_shape;  /* plain: the last dimension is dense */
    dnnl_memory_desc_t y; /* what to ask for the output */
} dk_dnn_product_kind;

/* Bytes of a side from the begin of one share to the next; 0: every share has the whole. */
typedef struct {
    size_t x, y, w, plain, bias; /* w: packed weights; plain: as they are in the net */
} dk_dnn_steps;

/* One of forward, backward to x, backward to w: the primitive, and the reorders that its sides need. */
typedef struct {
    int shares; /* 1: the whole, which the library shares out among its threads; else the primitive is that of one */
    dk_dnn_steps step;
    dk_dnn_primitive run, x, y;
    dk_dnn_packing w;
    bool packed; /* the weights of `version` lie in memory.packed */
    uint64_t version;
    size_t packed_at;
} dk_dnn_way;

typedef struct dk_dnn_product {
    dk_dnn_plan plan;
    const char *what;
    dk_act act;
    bool train, norm, bias;
    bool post;   /* the activation rides in the primitive */
    bool keep_z; /* the sums are kept apart from y */
    int filters;
    size_t w_count, z_count;     /* values, padding of z counted */
    const dk_dnn_kernels *items; /* of z, y and dz */
    dnnl_memory_desc_t src, dst; /* of x and y as forward works on them, all images */
    dk_dnn_way forward, data, weights;
    dk_dnn_norm bn;
    dk_dnn_depthwise depthwise; /* images 0: the library does it */
    dk_dnn_gradient gradient;   /* chunk 0: the library does it */
    size_t z_at, bn_at;         /* in kept */
    size_t bias_at;             /* in packed */
    size_t own_bytes, dz_own_at,
        dw_own_at; /* of each thread's scratch: the scratchpad, dz and dw of a share */
    size_t own_at, pairs_at, x_at, y_at, dz_at, dx_at, dw_at, sums_at, fold_at; /* in scratch */
} dk_dnn_product;

DK_CHECKED dk_status dk_dnn_product_plan(dk_dnn_product *p, const dk_plan_desc *d,
                                         const dk_dnn_product_kind *kind, dk_error *err);
dk_status dk_dnn_product_bind(dk_dnn_plan *plan, dk_error *err);
dk_status dk_dnn_product_forward(dk_dnn_plan *plan, const dk_args *a, dk_error *err);
dk_status dk_dnn_product_backward(dk_dnn_plan *plan, const dk_args *a, dk_error *err);
void dk_dnn_product_free(dk_dnn_plan *plan);
void dk_dnn_way_free(dk_dnn_way *way);

#endif
