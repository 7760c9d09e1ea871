/* [activation]: y = act(x), every value by itself. */
#include "layer/layer.h"

typedef struct {
    int activation;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"activation", DK_CHOICE, AT(activation), .def = DK_ACT_LINEAR, .names = dk_act_names,
     .help = "the function"},
    {0},
};

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    const conf *c = l->conf;
    l->y->shape = l->x[0]->shape;
    l->alias = c->activation == DK_ACT_LINEAR;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_ACT, .act = (dk_act)c->activation};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_activation = {
    .name = "activation",
    .help = "an activation function by itself",
    .example = "[activation]\nactivation=mish\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
};
