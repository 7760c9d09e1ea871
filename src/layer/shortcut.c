/* [shortcut]: y = act(x + x[from] + …), the previous layer plus one or more earlier ones (He 2015). Where the
 * channels differ, the first min(c) of them are added; where one side is k times the other, every k-th cell of
 * the larger, as in the residual networks of pjreddie's Darknet. */
#include "layer/layer.h"

typedef struct {
    dk_ints from;
    int activation;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"from", DK_INTS, AT(from), .min = -65536, .max = 65536, .required = true,
     .help = "layers to add: indices, negative ones counted back from here"},
    {"activation", DK_CHOICE, AT(activation), .def = DK_ACT_LINEAR, .names = dk_act_names,
     .help = "function at the end"},
    {0},
};

static dk_status inputs(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    DK_TRY(dk_layer_feed(l, l->index - 1, err));
    return dk_layer_from(l, "from", &c->from, err);
}

/* a/b where it is whole, −(b/a) where that is, else 0. */
static int ratio(int a, int b) {
    return a % b == 0 ? a / b : b % a == 0 ? -(b / a) : 0;
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const dk_shape x = l->x[0]->shape;
    for (int i = 1; i < l->inputs; i++) {
        const dk_shape other = l->x[i]->shape;
        const int rows = ratio(other.h, x.h);
        if (rows == 0 || rows != ratio(other.w, x.w)) {
            return dk_layer_fail(l, "from", err,
                                 "layer %d gives %dx%d, the previous layer %dx%d; they must be equal, or one "
                                 "a multiple of the other",
                                 l->from[i], other.w, other.h, x.w, x.h);
        }
    }
    l->y->shape = x;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_ADD, .act = (dk_act)c->activation};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_shortcut = {
    .name = "shortcut",
    .help = "adds the output of earlier layers",
    .example = "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\n"
               "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=linear\n[shortcut]\nfrom=-"
               "2\nactivation=leaky\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .inputs = inputs,
    .shape = shape,
    .build = build,
};
