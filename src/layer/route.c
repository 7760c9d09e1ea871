/* [route]: the channels of one or more earlier layers, one after the other; with groups, only the group_id-th
 * of that many equal slices of one layer. A route to one whole layer is that layer itself and costs nothing.
 */
#include <limits.h>

#include "layer/layer.h"

typedef struct {
    dk_ints layers;
    int groups, group_id;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"layers", DK_INTS, AT(layers), .min = -65536, .max = 65536, .required = true,
     .help = "layers to take: indices, negative ones counted back from here"},
    {"groups", DK_INT, AT(groups), .def = 1, .min = 1, .max = 65536, .help = "equal slices of the channels"},
    {"group_id", DK_INT, AT(group_id), .def = 0, .min = 0, .max = 65535, .help = "which slice is taken"},
    {0},
};

static dk_status inputs(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    return dk_layer_from(l, "layers", &c->layers, err);
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    dk_shape y = l->x[0]->shape;
    for (int i = 1; i < l->inputs; i++) {
        const dk_shape x = l->x[i]->shape;
        if (x.h != y.h || x.w != y.w) {
            return dk_layer_fail(l, "layers", err, "layer %d gives %dx%d, layer %d %dx%d; they must be equal",
                                 l->from[i], x.w, x.h, l->from[0], y.w, y.h);
        }
        if (x.c > INT_MAX - y.c) {
            return dk_layer_fail(l, "layers", err, "more than %d channels side by side", INT_MAX);
        }
        y.c += x.c;
    }
    if (c->groups > 1 && l->inputs > 1) {
        return dk_layer_fail(l, "groups", err, "groups goes with one layer; here are %d", l->inputs);
    }
    if (y.c % c->groups != 0 || c->group_id >= c->groups) {
        return dk_layer_fail(l, "groups", err,
                             "slice %d of groups=%d does not fit %d channels; groups must divide them",
                             c->group_id, c->groups, y.c);
    }
    y.c /= c->groups;
    l->y->shape = y;
    l->alias = l->inputs == 1 && c->groups == 1;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_CONCAT};
    if (c->groups > 1) {
        d.op = DK_OP_SLICE;
        d.u.slice.from = c->group_id * l->y->shape.c;
    }
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_route = {
    .name = "route",
    .help = "takes the output of earlier layers, side by side",
    .example = "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\n"
               "[convolutional]\nfilters=5\nsize=1\nactivation=leaky\n[route]\nlayers=-1,-2\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .inputs = inputs,
    .shape = shape,
    .build = build,
};
