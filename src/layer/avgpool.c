/* [avgpool]: y[n,c] = the mean of x[n,c,.,.], one value per channel. */
#include "layer/layer.h"

static const dk_opt opts[] = {{0}};

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    const dk_shape x = l->x[0]->shape;
    l->y->shape = (dk_shape){x.n, x.c, 1, 1};
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const dk_shape x = l->x[0]->shape;
    dk_plan_desc d = {.op = DK_OP_POOL,
                      .u.pool = {.kh = x.h, .kw = x.w, .stride_y = 1, .stride_x = 1, .max = false}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_avgpool = {
    .name = "avgpool",
    .alias = "avg",
    .help = "mean of each channel over the whole picture",
    .example = "[avgpool]\n",
    .opts = opts,
    .shape = shape,
    .build = build,
};
