/* [cost]: the sum of squared (or smoothed absolute) differences to the truth; the gradient is x − t, clipped
 * to ±1 when smooth. After a [softmax] it only reports: that layer's loss counts, once. Each head of a network may end
 * in one. */
#include "layer/layer.h"

typedef struct {
    int type;
    float scale;
} conf;

#define AT(field) offsetof(conf, field)
static const char *const kinds[] = {"sse", "smooth", NULL};
static const dk_opt opts[] = {
    {"type", DK_CHOICE, AT(type), .def = DK_LOSS_SSE, .names = kinds,
     .help = "sse: squares; smooth: absolute beyond 1"},
    {"scale", DK_FLOAT, AT(scale), .def = 1, .min = 0, .max = 1e6, .help = "factor of the gradient"},
    {0},
};

static bool reports_only(const dk_layer *l) {
    return l->feeders[0] && dk_layer_has_loss(l->feeders[0]);
}

static bool has_loss(const dk_layer *l) {
    return !reports_only(l);
}

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    l->y->shape = l->x[0]->shape;
    l->alias = reports_only(l);
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_LOSS, .u.loss = {.kind = (dk_loss_kind)c->type, .scale = c->scale}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_cost = {
    .name = "cost",
    .help = "difference to the truth as a loss, of each answer that it follows; after [softmax] the "
            "cross-entropy counts instead",
    .example = "[connected]\noutput=4\nactivation=linear\n[cost]\ntype=smooth\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
    .has_loss = has_loss,
    .judges = true,
};
