/* [softmax]: y = exp(x/T) / Σ exp(x/T). At the end of a network, or before a [cost], it is a loss, too: cross-entropy
 * −Σ t·log y, counted once and weighted by the target (Darknet counts it unweighted, and twice when a [cost] follows).
 * Elsewhere it is an ordinary function of its input. */
#include "layer/layer.h"

typedef struct {
    int groups, spatial, noloss;
    float temperature;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"groups", DK_INT, AT(groups), .def = 1, .min = 1, .max = 65536,
     .help = "equal runs of the input, each summing to 1"},
    {"temperature", DK_FLOAT, AT(temperature), .def = 1, .min = 1e-3, .max = 1e3,
     .help = "divides the input: above 1 softer"},
    {"spatial", DK_BOOL, AT(spatial), .help = "1: over the channels at each pixel"},
    {"noloss", DK_BOOL, AT(noloss), .help = "1: no loss, even at the end"},
    {0},
};

static bool has_loss(const dk_layer *l) {
    const conf *c = l->conf;
    return l->ends && !c->noloss;
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    const dk_shape x = l->x[0]->shape;
    if (c->spatial && c->groups > 1) {
        return dk_layer_fail(l, "groups", err, "groups=%d and spatial=1 exclude each other", c->groups);
    }
    if (dk_shape_each(x) % (size_t)c->groups != 0) {
        return dk_layer_fail(l, "groups", err, "groups=%d must divide the %zu inputs", c->groups,
                             dk_shape_each(x));
    }
    l->y->shape = x;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {
        .op = DK_OP_SOFTMAX,
        .u.softmax = {
            .groups = c->groups, .temperature = c->temperature, .spatial = c->spatial, .loss = has_loss(l)}};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_softmax = {
    .name = "softmax",
    .alias = "soft",
    .help =
        "probabilities that sum to 1, and the cross-entropy loss at the end of a network or before [cost]",
    .example = "[connected]\noutput=6\nactivation=linear\n[softmax]\ngroups=2\ntemperature=1.5\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .shape = shape,
    .build = build,
    .has_loss = has_loss,
};
