/* Every row of the table of layers, without knowing any: a small net is made of its own `example`, between a
 * 1×1 convolution (whose gradients prove the layer's dx) and, where the layer has no loss, a classifier's
 * end. On `ref` all gradients are compared with finite differences; then every other engine is compared with
 * `ref`, in float32 and, where it has it, in bf16. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "net/net.h"
#include "support/engines.h"

enum { ENGINES = 8, MOST_BATCH = 5 };

static const char before[] = "[convolutional]\nfilters=3\nsize=1\nactivation=linear\n";
static const char after[] = "[connected]\noutput=4\nactivation=linear\n[softmax]\n";

typedef struct {
    char text[2048];
    dk_cfg *cfg;
    dk_arena *arena;
    dk_backend *be;
    dk_net *net;
    dk_net_conf conf;
    float *pixels, *truth, *losses, *answers, *params, *grads;
} world;

static float *room(size_t count) {
    float *v = calloc(count + 1, sizeof *v);
    cr_assert_not_null(v);
    return v;
}

/* Values, and parameters on top of the initial ones, so that no bias is 0 and no scale 1. */
static void fill(world *w, uint64_t seed) {
    dk_rng rng = dk_rng_key(seed, 0, 0, DK_RNG_TEST);
    const size_t n = (size_t)w->net->options.n;
    for (size_t i = 0; i < n * dk_net_inputs(w->net); i++) {
        w->pixels[i] = dk_rng_uniform(&rng, -1.5f, 1.5f);
    }
    const size_t each = dk_net_truth(w->net);
    for (size_t i = 0; i < n * each; i++) {
        w->truth[i] =
            dk_rng_uniform(&rng, 0, 2.0f / (float)each); /* small losses: float counts them finely */
    }
    const dk_tensor all = {.data = w->net->params->values, .shape = {1, 1, 1, (int)w->net->params->count}};
    cr_assert_eq(w->be->read(w->be, w->params, &all, NULL), DK_OK);
    for (int i = 0; i < w->net->count; i++) {
        const dk_layer *l = &w->net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            const dk_param *p = &l->params[k];
            for (size_t j = p->offset; j < p->offset + p->count; j++) {
                w->params[j] += p->flags & DK_TRAINED ? dk_rng_uniform(&rng, -.4f, .4f) : .5f;
            }
        }
    }
}

/* What is compared with `ref`. */
typedef struct {
    const char *name;
    dk_precision precision;
    double share;   /* of the largest value: what may differ */
    double turning; /* of the length of all gradients: how far off they may be together */
} engine;

static world *open_world(const engine *e, const dk_layer_type *type, int batch, bool ending, bool train) {
    world *w = calloc(1, sizeof *w);
    dk_error err = {0};
    cr_assert_not_null(w);
    snprintf(w->text, sizeof w->text, "[net]\nbatch=%d\nheight=9\nwidth=7\nchannels=3\n%s%s%s", batch, before,
             type->example, ending ? after : "");
    w->arena = dk_arena_open();
    cr_assert_eq(dk_cfg_parse(&w->cfg, w->text, strlen(w->text), type->name, DK_CFG_SECTIONS, &err), DK_OK,
                 "%s", err.text);
    const dk_opt_table table = {dk_net_opts, &w->conf};
    cr_assert_eq(dk_opt_read(&w->cfg->sections[0], &table, 1, w->arena, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_backend_open(&w->be, e->name, 2, &err), DK_OK, "%s", err.text);
    w->conf.precision = e->precision;
    const dk_net_build_options options = {.train = train, .seed = 7};
    cr_assert_eq(dk_net_build(&w->net, w->cfg, &w->conf, w->be, &options, &err), DK_OK, "%s: %s", e->name,
                 err.text);
    cr_assert_gt(w->net->loss_count, 0, "%s: no loss", type->name);
    cr_assert_eq(dk_net_init(w->net, 0, 7, &err), DK_OK, "%s", err.text);
    w->pixels = room((size_t)batch * dk_net_inputs(w->net));
    w->truth = room((size_t)batch * dk_net_truth(w->net));
    w->losses = room((size_t)batch);
    w->answers = room((size_t)batch * dk_net_outputs(w->net));
    w->params = room(w->net->params->count);
    w->grads = room(w->net->trained);
    fill(w, 11);
    return w;
}

static void close_world(world *w) {
    float *const all[] = {w->pixels, w->truth, w->losses, w->answers, w->params, w->grads};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        free(all[i]);
    }
    dk_net_free(w->net);
    dk_backend_close(w->be);
    dk_cfg_close(w->cfg);
    dk_arena_close(w->arena);
    free(w);
}

static dk_tensor flat(float *values, size_t count) {
    return (dk_tensor){.data = values, .shape = {1, 1, 1, (int)count}};
}

/* The loss that the gradient is of: a [cost] counts half of what it reports, as Darknet does. */
static double loss_of(const world *w) {
    float each[MOST_BATCH];
    double sum = 0;
    for (int k = 0; k < w->net->loss_count; k++) {
        const dk_layer *l = w->net->losses[k].layer;
        const dk_tensor losses = flat(l->loss, (size_t)w->net->options.n);
        cr_assert_eq(w->be->read(w->be, each, &losses, NULL), DK_OK);
        for (int n = 0; n < w->net->options.n; n++) {
            sum += (double)each[n] * (l->type->judges ? .5 : 1);
        }
    }
    return sum / w->net->options.n;
}

/* The loss at the parameters w->params. */
static double forward(world *w) {
    dk_error err = {0};
    dk_tensor params = flat(w->net->params->values, w->net->params->count);
    cr_assert_eq(w->be->write(w->be, &params, w->params, &err), DK_OK, "%s", err.text);
    w->net->params->version++;
    cr_assert_eq(dk_net_forward(w->net, w->pixels, w->truth, 3, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_losses(w->net, w->losses, &err), DK_OK, "%s", err.text);
    return loss_of(w);
}

static void backward(world *w) {
    dk_error err = {0};
    const dk_tensor grads = flat(w->net->grads, w->net->trained);
    cr_assert_eq(dk_net_backward(w->net, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(w->be->read(w->be, w->grads, &grads, &err), DK_OK, "%s", err.text);
}

/* Slopes of the loss from the left and from the right, from three points each. */
typedef struct {
    double left, right;
} slopes;

static slopes slopes_at(world *w, float *value, float step) {
    const float was = *value;
    double f[5];
    for (int i = 0; i < 5; i++) {
        *value = was + step * (float)(i - 2);
        f[i] = forward(w);
    }
    *value = was;
    return (slopes){(3 * f[2] - 4 * f[1] + f[0]) / (2 * (double)step),
                    (4 * f[3] - 3 * f[2] - f[4]) / (2 * (double)step)};
}

/* How far the gradient is from the nearest slope. Where a leaky or a largest-of-window bends, every slope
 * from the left one to the right one is right; a step that goes over a bend farther off is made smaller. */
static double miss(world *w, float *value, double gradient, slopes *nearest) {
    double least = INFINITY;
    for (float step = 0x1p-6f; step >= 0x1p-12f; step /= 4) {
        const slopes s = slopes_at(w, value, step);
        const double off = fmax(fmin(s.left, s.right) - gradient, gradient - fmax(s.left, s.right));
        if (off < least) {
            least = off;
            *nearest = s;
        }
    }
    return least;
}

static void check_param(world *w, const dk_layer *l, const dk_param *p, double largest) {
    enum { MOST = 30 };
    dk_rng rng = dk_rng_key(1, (uint64_t)l->index, p->offset, DK_RNG_TEST);
    const float *grads = w->grads + p->grad;
    for (size_t k = 0; k < p->count && k < MOST; k++) {
        const size_t i = p->count <= MOST ? k : dk_rng_below(&rng, (uint32_t)p->count);
        slopes wanted = {0, 0};
        cr_assert(miss(w, &w->params[p->offset + i], (double)grads[i], &wanted) <= 1e-3 * largest + 5e-5,
                  "layer %d of\n%s%s[%zu]: gradient %g, should be %g (%g from the right)", l->index, w->text,
                  p->name, i, (double)grads[i], wanted.left, wanted.right);
    }
}

static double largest_of(const float *v, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs((double)v[i]));
    }
    return largest;
}

static void check_gradients(world *w) {
    const double all = largest_of(w->grads, w->net->trained);
    cr_expect_gt(all, 1e-3, "no gradients in\n%s", w->text);
    for (int i = 0; i < w->net->count; i++) {
        const dk_layer *l = &w->net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            if (l->params[k].flags & DK_TRAINED) {
                const double own = largest_of(w->grads + l->params[k].grad, l->params[k].count);
                check_param(w, l, &l->params[k], fmax(own, .05 * all));
            }
        }
    }
}

static void compare(const engine *e, const float *is, const float *should, size_t count, double largest,
                    const char *what, const char *cfg) {
    for (size_t i = 0; i < count; i++) {
        cr_expect(fabs((double)is[i] - (double)should[i]) <= e->share * largest,
                  "%s, %s: %s[%zu] is %g, ref has %g, in\n%s", e->name, dk_precision_name(e->precision), what,
                  i, (double)is[i], (double)should[i], cfg);
    }
}

static void compare_all_gradients(const engine *e, const world *is, const world *should) {
    double off = 0, length = 0;
    for (size_t i = 0; i < should->net->trained; i++) {
        const double d = (double)is->grads[i] - (double)should->grads[i];
        off += d * d;
        length += (double)should->grads[i] * (double)should->grads[i];
    }
    cr_expect(sqrt(off) <= e->turning * sqrt(length),
              "%s, %s: the gradients are %g of their length off, in\n%s", e->name,
              dk_precision_name(e->precision), sqrt(off / length), is->text);
}

static void compare_engine(const engine *e, const dk_layer_type *type, int batch, bool ending, world *ref) {
    world *w = open_world(e, type, batch, ending, true);
    const size_t answers = (size_t)batch * dk_net_outputs(w->net), count = w->net->params->count;
    const double all = largest_of(ref->grads, ref->net->trained);
    forward(w);
    backward(w);
    compare(e, w->losses, ref->losses, (size_t)batch, largest_of(ref->losses, (size_t)batch), "loss",
            w->text);
    cr_assert_eq(dk_net_answers(w->net, w->answers, NULL), DK_OK);
    compare(e, w->answers, ref->answers, answers, largest_of(ref->answers, answers), "answer", w->text);
    for (int i = 0; i < w->net->count; i++) {
        const dk_layer *l = &ref->net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            const dk_param *p = &l->params[k];
            if (p->flags & DK_TRAINED && e->precision == DK_F32) {
                const double own = largest_of(ref->grads + p->grad, p->count);
                compare(e, w->grads + p->grad, ref->grads + p->grad, p->count, fmax(own, .05 * all), p->name,
                        w->text);
            }
        }
    }
    compare_all_gradients(e, w, ref);
    dk_tensor now = flat(w->net->params->values, count), then = flat(ref->net->params->values, count);
    cr_assert_eq(w->be->read(w->be, w->params, &now, NULL), DK_OK);
    cr_assert_eq(ref->be->read(ref->be, ref->params, &then, NULL), DK_OK);
    compare(e, w->params, ref->params, count, largest_of(ref->params, count), "rolling statistics", w->text);
    close_world(w);
}

/* The engines to compare, each in its precisions. float32 differs in the order of sums only. bf16 rounds by up to
 * 2⁻⁹ of a value, twice or three times a layer (w, z, y): .03 after five layers. Some gradient may be anything where
 * rounding has turned a leaky or made another cell of a window the largest; all of them together are not. */
static int engines(engine *out) {
    int n = 0;
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        dk_backend *be = NULL;
        cr_assert_eq(dk_backend_open(&be, (*e)->name, 1, NULL), DK_OK);
        out[n++] = (engine){(*e)->name, DK_F32, 1e-4, 1e-4};
        if (be->bf16) {
            out[n++] = (engine){(*e)->name, DK_BF16, .03, .15};
        }
        dk_backend_close(be);
    }
    return n;
}

static const engine reference = {"ref", DK_F32, 0, 0};

static void check_training(const dk_layer_type *type, int batch, bool ending) {
    world *ref = open_world(&reference, type, batch, ending, true);
    forward(ref);
    backward(ref);
    cr_assert_eq(dk_net_answers(ref->net, ref->answers, NULL), DK_OK);
    check_gradients(ref);
    forward(ref); /* the statistics of one run again */
    engine all[ENGINES];
    for (int i = engines(all) - 1; i >= 0; i--) {
        if (strcmp(all[i].name, "ref") != 0) {
            compare_engine(&all[i], type, batch, ending, ref);
        }
    }
    close_world(ref);
}

/* Predicting: rolling statistics, shared memory, engines may fold and fuse. */
static void check_inference(const dk_layer_type *type, int batch, bool ending) {
    world *ref = open_world(&reference, type, batch, ending, false);
    const size_t count = (size_t)batch * dk_net_outputs(ref->net);
    forward(ref);
    cr_assert_eq(dk_net_answers(ref->net, ref->answers, NULL), DK_OK);
    engine all[ENGINES];
    for (int i = engines(all) - 1; i >= 0; i--) {
        world *w = open_world(&all[i], type, batch, ending, false);
        forward(w);
        cr_assert_eq(dk_net_answers(w->net, w->answers, NULL), DK_OK);
        compare(&all[i], w->answers, ref->answers, count, largest_of(ref->answers, count), "answer", w->text);
        close_world(w);
    }
    close_world(ref);
}

static void check_net(const dk_layer_type *type, int batch, bool ending) {
    check_training(type, batch, ending);
    check_inference(type, batch, ending);
}

/* Batches of 2 and of 5 (normalised over two values only, a vector has no gradient worth the name); a type
 * with a loss stands at the end and, unless all it does is judge, in the middle, too. */
static void check_type(const dk_layer_type *type) {
    for (int batch = 2; batch <= MOST_BATCH; batch += 3) {
        if (type->has_loss) {
            check_net(type, batch, false);
        }
        if (!type->judges) {
            check_net(type, batch, true);
        }
    }
}

/* Several heads over one trunk, whose gradients come from all of them. */
static const dk_layer_type heads = {.name = "heads",
                                    .example =
                                        "[convolutional]\nfilters=4\nsize=3\npad=1\nactivation=leaky\n"
                                        "[connected]\noutput=4\nactivation=linear\n[cost]\n"
                                        "[route]\nlayers=1\n"
                                        "[connected]\noutput=3\nactivation=linear\n[softmax]\n[cost]\n"
                                        "[route]\nlayers=1,0\n"
                                        "[connected]\noutput=5\nactivation=linear\n[cost]\ntype=smooth\n"};

Test(layers, heads) {
    for (int batch = 2; batch <= MOST_BATCH; batch += 3) {
        check_net(&heads, batch, false);
    }
}

#include "layer/table.h"

#define LAYER(name)                                                                                          \
    extern const dk_layer_type dk_layer_##name;                                                              \
    Test(layers, name) {                                                                                     \
        check_type(&dk_layer_##name);                                                                        \
    }
DK_LAYERS(LAYER)
#undef LAYER
