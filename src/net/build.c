/* From cfg sections to a net: options, inputs, shapes, plans; then memory (memory.c) and first values
 * (init.c). */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "net/heads.h"
#include "net/memory.h"

/* Far above any real network; building takes a time that grows with it, and a little with its square (lives.c). */
enum {
    MOST_LAYERS = 10000,
    MOST_INPUTS = 65536
}; /* MOST_INPUTS: of all layers; an engine keeps some 20 kB for each */

/* In the order of dk_precision; the last is none of them. */
static const char *const precisions[] = {"f32", "bf16", "auto", NULL};

#define AT(field) offsetof(dk_net_conf, field)
const dk_opt dk_net_opts[] = {
    {"batch", DK_INT, AT(batch), .def = 1, .min = 1, .max = 65536, .help = "pictures of one step"},
    {"subdivisions", DK_INT, AT(subdivisions), .def = 1, .min = 1, .max = 65536,
     .help = "parts that a batch is computed in, to save memory"},
    {"width", DK_INT, AT(width), .def = 0, .min = 0, .max = 16384, .help = "columns of the input"},
    {"height", DK_INT, AT(height), .def = 0, .min = 0, .max = 16384, .help = "rows of the input"},
    {"channels", DK_INT, AT(channels), .def = 3, .min = 1, .max = 65536,
     .help = "1: grey, 3: red green blue"},
    {"inputs", DK_INT, AT(inputs), .def = 0, .min = 0, .max = 1 << 24,
     .help = "values of the input, for networks without width and height"},
    {"bn_momentum", DK_FLOAT, AT(bn_momentum), .def = .99, .min = 0, .max = .9999,
     .help = "rolling statistics of batch normalisation keep this share at every step"},
    {"sync_bn", DK_BOOL, AT(sync_bn),
     .help = "1: batch normalisations measure the pictures of all ranks together, as one rank would"},
    {"precision", DK_CHOICE, AT(precision), .def = DK_F32, .names = precisions,
     .help =
         "of activations and of the weights that convolutions use; bf16 needs a processor (AVX512-BF16 "
         "or AMX) or card that has it; auto takes it where it is faster (AMX, AVX512-BF16 of AMD, cards)"},
    {"time_steps", DK_INT, AT(time_steps), .def = 1, .min = 1, .max = 1, .help = "recurrent steps; 1 here"},
    {0},
};

dk_status dk_net_conf_check(const dk_section *s, const dk_net_conf *conf, dk_error *err) {
    if (conf->batch % conf->subdivisions != 0) {
        return dk_section_fail(s, "subdivisions", err, "subdivisions=%d must divide batch=%d",
                               conf->subdivisions, conf->batch);
    }
    if ((conf->width == 0 || conf->height == 0) && conf->inputs == 0) {
        return dk_section_fail(s, conf->width == 0 ? "width" : "height", err,
                               "width=%d height=%d is no size; both must be at least 1", conf->width,
                               conf->height);
    }
    return DK_OK;
}

/* Type, options and frozenness of every layer. */
static dk_status read_layers(dk_net *net, dk_error *err) {
    int frozen = 0, waiting = 0; /* layers before these indices never learn, do not learn yet */
    for (int i = 0; i < net->count; i++) {
        const dk_section *s = &net->cfg->sections[i + 1];
        dk_layer *l = &net->layers[i];
        *l = (dk_layer){.section = s, .index = i, .context = &net->context, .arena = net->arena};
        l->type = dk_layer_find(s->name);
        if (!l->type) {
            const char *near = dk_text_closest(s->name, dk_layer_names());
            return dk_fail(err, DK_EPARSE, "%s:%d: [%s] is no layer%s%s%s", s->file, s->line, s->name,
                           near ? "; did you mean '" : "; see 'darknet help'", near ? near : "",
                           near ? "'?" : "");
        }
        l->conf = dk_arena_alloc(net->arena, l->type->conf_size);
        if (!l->conf) {
            return dk_no_memory(err, l->type->conf_size, "the options of a layer");
        }
        const dk_opt_table tables[] = {{l->type->opts, l->conf}, {dk_layer_common_opts, &l->common}};
        DK_TRY(dk_opt_read(s, tables, 2, net->arena, err));
        frozen = l->common.stopbackward ? i + 1 : frozen;
        waiting = l->common.freeze_until > net->options.epoch ? i + 1 : waiting;
    }
    for (int i = 0; i < net->count; i++) {
        net->layers[i].learns = net->options.train && i >= frozen;
        net->layers[i].train = net->layers[i].learns && i >= waiting;
    }
    return DK_OK;
}

/* Finds the tensors that feed a layer. */
static dk_status connect(dk_net *net, dk_layer *l, dk_error *err) {
    dk_net_memory *m = net->memory;
    DK_TRY(l->type->inputs ? l->type->inputs(l, err) : dk_layer_feed(l, l->index - 1, err));
    const size_t n = (size_t)l->inputs;
    l->x = dk_arena_alloc(net->arena, n * sizeof *l->x);
    l->dx = dk_arena_alloc(net->arena, n * sizeof *l->dx);
    l->feeders = dk_arena_alloc(net->arena, n * sizeof *l->feeders);
    if (!l->x || !l->dx || !l->feeders) {
        return dk_no_memory(err, 3 * n * sizeof(void *), "the inputs of a layer");
    }
    for (int i = 0; i < l->inputs; i++) {
        const int from = l->from[i];
        dk_value *v = &m->values[from < 0 ? 0 : m->value_of[from]];
        l->x[i] = &v->y;
        l->feeders[i] = from < 0 ? NULL : &net->layers[from];
        const float stride = from < 0 ? 1 : net->layers[from].stride;
        l->stride = stride > l->stride ? stride : l->stride;
        l->wants_dx = l->wants_dx || (l->train && v->trained);
        v->last = l->index;
    }
    return DK_OK;
}

/* Engines count the cells of a channel and the values of a parameter in an int. */
static dk_status check_counts(const dk_layer *l, dk_error *err) {
    const dk_shape y = l->y->shape;
    if ((long)y.h * y.w > INT_MAX) {
        return dk_layer_fail(l, NULL, err, "output would be %dx%d; a channel has at most %d cells", y.w, y.h,
                             INT_MAX);
    }
    for (int k = 0; k < l->param_count; k++) {
        if (l->params[k].count > INT_MAX) {
            return dk_layer_fail(l, NULL, err, "would have %zu %s; at most %d are possible",
                                 l->params[k].count, l->params[k].name, INT_MAX);
        }
    }
    return DK_OK;
}

/* A head is an end: what compares has something to compare, and what has a loss feeds nothing else. It would pass on no
 * gradient but its own. */
static dk_status check_head(const dk_layer *l, dk_error *err) {
    for (int i = 0; i < l->inputs; i++) {
        const dk_layer *from = l->feeders[i];
        if (from && (from->type->judges || (dk_layer_has_loss(from) && !l->type->judges))) {
            return dk_layer_fail(from, NULL, err, "%s, so no layer can follow; [%s] does",
                                 from->type->judges ? "only compares with the truth" : "has a loss",
                                 l->type->name);
        }
    }
    return !l->type->judges || l->feeders[0]
               ? DK_OK
               : dk_layer_fail(l, NULL, err,
                               "compares the layer before it with the truth; this is the first");
}

/* Inputs and shapes, in cfg order. */
static dk_status shape_layers(dk_net *net, dk_error *err) {
    dk_net_memory *m = net->memory;
    int inputs = 0;
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        m->value_of[i] = i + 1;
        l->y = &m->values[i + 1].y;
        l->dy = &m->values[i + 1].dy;
        m->values[i + 1].last = i;
        l->ends = i + 1 == net->count || net->layers[i + 1].type->judges;
        DK_TRY(connect(net, l, err));
        inputs += l->inputs;
        if (inputs > MOST_INPUTS) {
            return dk_layer_fail(l, NULL, err,
                                 "and the layers before it take %d inputs; a network has at most %d", inputs,
                                 MOST_INPUTS);
        }
        DK_TRY(check_head(l, err));
        DK_TRY(l->type->shape(l, err));
        DK_TRY(check_counts(l, err));
        if (l->alias) {
            m->value_of[i] = l->from[0] < 0 ? 0 : m->value_of[l->from[0]];
        }
        dk_value *v = &m->values[m->value_of[i]];
        l->y = &v->y;
        l->dy = &v->dy;
        v->trained = v->trained || l->wants_dx || dk_layer_learns(l);
        v->dy.shape = v->y.shape;
    }
    return DK_OK;
}

/* Gives every parameter its place in the flat memory. */
static void place_params(dk_net *net, size_t *count, size_t *trained) {
    *count = *trained = 0;
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        for (int k = 0; k < l->param_count; k++) {
            dk_param *p = &l->params[k];
            const size_t room =
                (p->count + 15) / 16 * 16; /* every parameter begins at a multiple of 64 bytes */
            p->offset = *count;
            *count += room;
            if (l->learns && (p->flags & DK_TRAINED)) {
                p->grad = *trained;
                *trained += room;
            }
        }
    }
}

/* The sum of all outputs, before any plan is made: what is absurdly large is refused here. */
static dk_status check_size(const dk_net *net, dk_error *err) {
    double bytes = 0;
    for (int i = 0; i < net->count; i++) {
        const dk_shape s = net->layers[i].y->shape;
        const double out = (double)s.n * s.c * s.h * s.w * sizeof(float);
        bytes = net->options.train || net->options.keep_outputs ? bytes + out : out > bytes ? out : bytes;
    }
    const double limit = (double)net->options.max_memory;
    if (limit > 0 && bytes > limit) {
        return dk_fail(err, DK_ENOMEM,
                       "%s: the outputs of the layers alone take %.1f MB, more than the %.1f MB allowed%s; "
                       "try a smaller "
                       "batch, width or height, or a larger -max_memory",
                       net->cfg->path, bytes / 1e6, limit / 1e6, dk_net_where(net));
    }
    return DK_OK;
}

static dk_status build_plans(dk_net *net, dk_error *err) {
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        if (!l->alias) {
            DK_TRY(l->type->build(l, net->backend, err));
        }
    }
    return DK_OK;
}

static dk_status open_tables(dk_net *net, dk_error *err) {
    const size_t n = (size_t)net->count;
    net->layers = dk_arena_alloc(net->arena, n * sizeof *net->layers);
    dk_net_memory *m = net->memory = dk_arena_alloc(net->arena, sizeof *m);
    if (net->memory) {
        m->values = dk_arena_alloc(net->arena, (n + 1) * sizeof *m->values);
        m->value_of = dk_arena_alloc(net->arena, n * sizeof *m->value_of);
        m->back = dk_arena_alloc(net->arena, n * sizeof *m->back);
    }
    if (!net->layers || !net->memory || !m->values || !m->value_of || !m->back) {
        return dk_no_memory(err, n * sizeof(dk_layer), "the layers");
    }
    const dk_net_conf *c = &net->conf;
    const bool flat = c->width == 0 || c->height == 0;
    net->input.shape =
        (dk_shape){net->options.n, flat ? c->inputs : c->channels, flat ? 1 : c->height, flat ? 1 : c->width};
    m->values[0].y.shape = net->input.shape;
    return DK_OK;
}

/* Parameters of its own, or those of another net. */
static dk_status take_params(dk_net *net, dk_params *shared, dk_error *err) {
    size_t count = 0, trained = 0;
    place_params(net, &count, &trained);
    if (shared) {
        if (shared->count != count) {
            return dk_fail(
                err, DK_ESHAPE,
                "%s: at %dx%d the network has other parameters; a [connected] layer fixes the size",
                net->cfg->path, net->conf.width, net->conf.height);
        }
        shared->users++;
        net->params = shared;
    } else {
        net->params = calloc(1, sizeof *net->params);
        if (!net->params) {
            return dk_no_memory(err, sizeof *net->params, "the parameters");
        }
        *net->params = (dk_params){.count = count, .users = 1, .version = 1};
    }
    net->trained = trained;
    return DK_OK;
}

/* Which precision this net is built in. */
static dk_status choose_precision(dk_net *net, dk_error *err) {
    const dk_backend *be = net->backend;
    if (net->conf.precision == DK_BF16 && !be->bf16) {
        return dk_section_fail(
            &net->cfg->sections[0], "precision", err,
            "precision=bf16: engine %s has no bf16 on this processor (AVX512-BF16 or AMX) or card; "
            "precision=auto uses f32 in that case",
            be->name);
    }
    const dk_precision faster = be->bf16_pays ? DK_BF16 : DK_F32;
    net->context.precision =
        net->conf.precision == DK_PRECISIONS ? faster : (dk_precision)net->conf.precision;
    return DK_OK;
}

static dk_status build(dk_net *net, dk_params *shared, dk_error *err) {
    if (net->count < 1) {
        return dk_fail(err, DK_EPARSE, "%s: there is only [net]; at least one layer must follow",
                       net->cfg->path);
    }
    if (net->count > MOST_LAYERS) {
        const dk_section *const s = &net->cfg->sections[1 + MOST_LAYERS];
        return dk_fail(err, DK_EPARSE, "%s:%d: [%s] is layer number %d of %d; a network has at most %d",
                       s->file, s->line, s->name, 1 + MOST_LAYERS, net->count, MOST_LAYERS);
    }
    DK_TRY(choose_precision(net, err));
    DK_TRY(open_tables(net, err));
    DK_TRY(read_layers(net, err));
    DK_TRY(shape_layers(net, err));
    DK_TRY(dk_net_find_heads(net, err));
    if (net->loss_count < net->answer_count && (net->options.train || net->loss_count > 0)) {
        return dk_layer_fail(
            net->answers[net->answer_count - 1], "noloss", err,
            "has no loss to train towards; end the network in [softmax] (without noloss=1) or [cost]");
    }
    DK_TRY(check_size(net, err));
    DK_TRY(build_plans(net, err));
    DK_TRY(dk_net_plan_backward(net, err));
    DK_TRY(take_params(net, shared, err));
    DK_TRY(dk_net_allocate(net, err));
    return shared || net->options.blank ? DK_OK : dk_net_init(net, 0, net->options.seed, err);
}

static dk_status open_net(dk_net **out, const dk_cfg *cfg, const dk_net_conf *conf, dk_backend *be,
                          const dk_net_build_options *options, dk_params *shared, dk_error *err) {
    *out = NULL;
    dk_arena *arena = dk_arena_open();
    const size_t size = options->size > sizeof(dk_net) ? options->size : sizeof(dk_net);
    dk_net *net = arena ? dk_arena_alloc(arena, size) : NULL;
    if (!net) {
        dk_arena_close(arena);
        return dk_no_memory(err, size, "the network");
    }
    *net = (dk_net){.arena = arena, .backend = be, .cfg = cfg, .conf = *conf, .options = *options};
    net->count = cfg->count - 1;
    net->context.bn_momentum = conf->bn_momentum;
    net->context.ranks = options->ranks;
    net->conf.width = options->width > 0 ? options->width : conf->width;
    net->conf.height = options->height > 0 ? options->height : conf->height;
    if (net->options.n <= 0) {
        net->options.n = options->train ? conf->batch / conf->subdivisions / dk_net_world(net) : conf->batch;
    }
    const dk_status status = build(net, shared, err);
    if (status != DK_OK) {
        dk_net_free(net);
        return status;
    }
    *out = net;
    return DK_OK;
}

dk_status dk_net_build(dk_net **out, const dk_cfg *cfg, const dk_net_conf *conf, dk_backend *be,
                       const dk_net_build_options *options, dk_error *err) {
    return open_net(out, cfg, conf, be, options, NULL, err);
}

dk_status dk_net_twin(dk_net **out, const dk_net *net, const dk_net_build_options *options, dk_error *err) {
    return dk_net_twin_over(out, net, net->params, options, err);
}

dk_status dk_net_twin_over(dk_net **out, const dk_net *net, dk_params *params,
                           const dk_net_build_options *options, dk_error *err) {
    return open_net(out, net->cfg, &net->conf, net->backend, options, params, err);
}

void dk_params_release(dk_params *params, dk_backend *be) {
    if (params && --params->users == 0) {
        be->free(be, params->values);
        free(params->from);
        free(params);
    }
}

void dk_net_free(dk_net *net) {
    if (!net) {
        return;
    }
    for (int i = 0; net->layers && i < net->count; i++) {
        for (int k = 0; k < net->layers[i].plan_count; k++) {
            net->backend->plan_free(net->layers[i].plans[k]);
        }
    }
    dk_net_release(net);
    dk_params_release(net->params, net->backend);
    dk_arena_close(net->arena);
}

int dk_net_world(const dk_net *net) {
    return net->options.ranks.world > 1 ? net->options.ranks.world : 1;
}

float dk_net_stride(const dk_net *net) {
    float most = 1;
    for (int i = 0; i < net->count; i++) {
        most = net->layers[i].stride > most ? net->layers[i].stride : most;
    }
    return most;
}

size_t dk_net_inputs(const dk_net *net) {
    return dk_shape_each(net->input.shape);
}

dk_shape dk_net_truth_shape(const dk_net *net) {
    dk_shape shape = net->answers[net->answer_count - 1]->y->shape;
    shape.n = 1;
    return shape;
}
