/* [dropout]: when training, each value is 0 with the given probability and x/(1−p) otherwise (inverted
 * dropout, Srivastava 2014); when predicting, the input as it is. */
#include "layer/layer.h"

typedef struct {
    float probability;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"probability", DK_FLOAT, AT(probability), .def = .2, .min = 0, .max = .99,
     .help = "share of the values set to 0"},
    {0},
};

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    const conf *c = l->conf;
    l->y->shape = l->x[0]->shape;
    l->alias = !l->train || c->probability == 0;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_DROPOUT, .u.dropout = {.probability = c->probability}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_dropout = {
    .name = "dropout",
    .help = "sets random values to 0 when training",
    .example = "[dropout]\nprobability=.4\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
};
