/* Losses that say themselves what they compare with: a table of layers with one of our own, whose truth is not of the
 * size of its answer and is shared by all that take as much of it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/spans.h"
#include "support/text_net.h"

typedef struct {
    int floats;
} conf;

static const dk_opt opts[] = {
    {"floats", DK_INT, offsetof(conf, floats), .def = 4, .min = 1, .max = 9, .help = "of a truth"}, {0}};

static dk_status shape(dk_layer *l, dk_error *err) {
    (void)err;
    l->y->shape = l->x[0]->shape;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    dk_plan_desc d = {.op = DK_OP_LOSS, .u.loss = {.kind = DK_LOSS_SSE, .scale = 1}};
    return dk_layer_plan(l, be, &d, err);
}

/* The loss of a picture is its truth, read as a number. */
static dk_status forward(dk_layer *l, dk_error *err) {
    const size_t each = (size_t)((const conf *)l->conf)->floats;
    dk_backend *const be = l->plans[0]->backend;
    (void)err;
    for (size_t n = 0; n < (size_t)l->y->shape.n; n++) {
        const float *const t = span_copy(be, (const float *)l->truth->data + n * each, each);
        float loss = 0;
        for (size_t i = 0; i < each; i++) {
            loss = 10 * loss + t[i];
        }
        span_put(be, l->loss + n, &loss, 1);
    }
    return DK_OK;
}

static bool has_loss(const dk_layer *l) {
    (void)l;
    return true;
}

static size_t truth(const dk_layer *l) {
    return (size_t)((const conf *)l->conf)->floats;
}

static const dk_layer_type dk_layer_number = {.name = "number",
                                              .conf_size = sizeof(conf),
                                              .opts = opts,
                                              .shape = shape,
                                              .build = build,
                                              .forward = forward,
                                              .has_loss = has_loss,
                                              .truth = truth,
                                              .one_truth = true};

/* Instead of layer/table.c, which is not linked then. */
extern const dk_layer_type dk_layer_connected, dk_layer_route, dk_layer_cost;
const dk_layer_type *const dk_layer_types[] = {&dk_layer_connected, &dk_layer_route, &dk_layer_cost,
                                               &dk_layer_number, NULL};

const dk_layer_type *dk_layer_find(const char *name) {
    const dk_layer_type *const *t = dk_layer_types;
    while (*t != NULL && strcmp((*t)->name, name) != 0) {
        t++;
    }
    return *t;
}

const char *const *dk_layer_names(void) {
    static const char *const names[] = {"number", NULL};
    return names;
}

#define HEAD(floats)                                                                                         \
    "[route]\nlayers=0\n[connected]\noutput=2\nactivation=linear\n[number]\nfloats=" floats "\n"
#define COST "[route]\nlayers=0\n[cost]\n"
static const char net[] = "[net]\nbatch=2\nheight=1\nwidth=2\nchannels=1\n";

static double loss_of(const text_net *w, int k, int n) {
    return (double)*span_copy(w->be, w->net->losses[k].layer->loss + n, 1);
}

Test(net_truth, of_one_size_is_shared_where_the_type_says_so) {
    static const char heads[] =
        "[connected]\noutput=2\nactivation=linear\n" HEAD("4") HEAD("2") COST HEAD("4") COST HEAD("2");
    static const float rows[] = {1, 2, 3, 4, 5, 6, 3, 4, 2, 1, 7, 8, 9, 1, 2, 3, 0, 1, 2, 0};
    char text[1024];
    text_net w;
    snprintf(text, sizeof text, "%s%s", net, heads);
    text_net_open(&w, text, "ref", &(dk_net_build_options){0});
    cr_assert_eq(w.net->loss_count, 6);
    cr_assert_eq(w.net->truth_count, 4);
    cr_expect_eq(dk_net_truth(w.net), 4 + 2 + 2 + 2, "every [cost] has its own");
    cr_expect_eq(dk_net_outputs(w.net), 6 * 2);
    const float pixels[4] = {0};
    cr_assert_eq(dk_net_forward(w.net, pixels, rows, 0, NULL), DK_OK);
    static const double wanted[][2] = {{1234, 7891}, {56, 23},   {9 + 16, 1},
                                       {1234, 7891}, {4 + 1, 4}, {56, 23}};
    for (int k = 0; k < 6; k++) {
        for (int n = 0; n < 2; n++) {
            cr_expect_eq(loss_of(&w, k, n), wanted[k][n], "loss %d of picture %d: %g", k, n,
                         loss_of(&w, k, n));
        }
    }
    text_net_close(&w);
}

/* Unlike a [cost], such a layer answers itself; what it is told by others would be lost. */
Test(net_truth, what_has_a_loss_feeds_nobody) {
    char text[1024];
    text_net w;
    dk_error err = {0};
    snprintf(text, sizeof text, "%s[connected]\noutput=2\n[number]\n[connected]\noutput=3\n[cost]\n", net);
    text_net_read(&w, text, "ref");
    cr_expect_eq(dk_net_build(&w.net, w.cfg, &w.conf, w.be, &(dk_net_build_options){0}, &err), DK_ESHAPE);
    cr_expect_str_eq(err.text, "test.cfg:8: [number] has a loss, so no layer can follow; [connected] does");
    text_net_close(&w);
}
