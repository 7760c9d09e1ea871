/* [upsample]: every cell repeated stride·stride times (nearest neighbour), times scale. */
#include "layer/layer.h"

typedef struct {
    int stride;
    float scale;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"stride", DK_INT, AT(stride), .def = 2, .min = 1, .max = 64, .help = "factor of both sides"},
    {"scale", DK_FLOAT, AT(scale), .def = 1, .min = -1e6, .max = 1e6, .help = "factor of the values"},
    {0},
};

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    l->y->shape = (dk_shape){x.n, x.c, x.h * c->stride, x.w * c->stride};
    l->stride /= (float)c->stride;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_RESAMPLE, .u.resample = {.stride = c->stride, .scale = c->scale}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_upsample = {
    .name = "upsample",
    .help = "enlarges by repeating pixels",
    .example = "[upsample]\nstride=2\nscale=.5\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
};
