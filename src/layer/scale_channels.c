/* [scale_channels]: y[n,c,i,j] = act(from[n,c,i,j] · x[n,c]): a squeeze-and-excitation's last step (Hu 2018).
 * The previous layer gives one value per channel, `from` the picture. */
#include "layer/layer.h"

typedef struct {
    dk_ints from;
    int activation;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"from", DK_INTS, AT(from), .min = -65536, .max = 65536, .required = true,
     .help = "the layer whose channels are scaled"},
    {"activation", DK_CHOICE, AT(activation), .def = DK_ACT_LINEAR, .names = dk_act_names,
     .help = "function at the end"},
    {0},
};

static dk_status inputs(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    if (c->from.count != 1) {
        return dk_layer_fail(l, "from", err, "from names %d layers; it takes one", c->from.count);
    }
    DK_TRY(dk_layer_from(l, "from", &c->from, err));
    return dk_layer_feed(l, l->index - 1, err);
}

static dk_status shape(dk_layer *l, dk_error *err) {
    const dk_shape x = l->x[0]->shape, s = l->x[1]->shape;
    if (s.h != 1 || s.w != 1 || s.c != x.c) {
        return dk_layer_fail(l, NULL, err,
                             "the previous layer gives %dx%dx%d; it must be 1x1x%d, one value per channel of "
                             "layer %d",
                             s.w, s.h, s.c, x.c, l->from[0]);
    }
    l->y->shape = x;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    const conf *c = l->conf;
    dk_plan_desc d = {.op = DK_OP_MUL, .act = (dk_act)c->activation};
    return dk_layer_plan(l, be, &d, err);
}

const dk_layer_type dk_layer_scale_channels = {
    .name = "scale_channels",
    .help = "multiplies each channel of an earlier layer by one value",
    .example = "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\n[avgpool]\n"
               "[convolutional]\nfilters=4\nsize=1\nactivation=logistic\n[scale_channels]\nfrom=-3\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .inputs = inputs,
    .shape = shape,
    .build = build,
};
