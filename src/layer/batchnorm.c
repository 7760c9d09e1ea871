/* [batchnorm]: y = γ·(x − μ)/sqrt(σ² + ε) + β per channel (Ioffe & Szegedy 2015), μ and σ² of the batch when
 * training, the rolling ones otherwise. File order as AlexeyAB's Darknet: biases, scales, mean, variance
 * (pjreddie's has no biases there, so its files of this layer do not fit). */
#include "layer/layer.h"

static dk_status shape(dk_layer *l, dk_error *err) {
    l->y->shape = l->x[0]->shape;
    DK_TRY(dk_layer_biases(l, l->y->shape.c, err));
    return dk_layer_norm_params(l, l->y->shape.c, err);
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    dk_plan_desc d = {
        .op = DK_OP_NORM, .act = DK_ACT_LINEAR, .u.norm = {.momentum = l->context->bn_momentum}};
    return dk_layer_plan(l, be, &d, err);
}

static const dk_opt opts[] = {{0}};

const dk_layer_type dk_layer_batchnorm = {
    .name = "batchnorm",
    .help = "batch normalisation by itself",
    .example = "[batchnorm]\n",
    .opts = opts,
    .shape = shape,
    .build = build,
};
