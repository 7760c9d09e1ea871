/* `network stats`: mean and root mean square of every layer's output, for comparing with another program
 * layer by layer. Input: a picture through the network's own preprocessing, raw numbers, or random ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "base/log.h"
#include "base/rng.h"
#include "image/format.h"

typedef struct {
    const char *input;
    int layer, values, json; /* layer −1: all */
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"input", DK_FLAG_FILE, AT(input), .value = "FILE",
     .help = "a picture, or c*h*w little-endian float32 already normalised"},
    {"layer", DK_FLAG_INT, AT(layer), .def = -1, .max = INT32_MAX, .value = "N",
     .help = "only layer N, counted from 0"},
    {"values", DK_FLAG_SWITCH, AT(values),
     .help = "print the layer's output values, one a line (needs -layer)"},
    {"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = own}, {.rows = dk_flags_seed, .at = AT(model)}, {.rows = dk_flags_model, .at = AT(model)}, {0}};

/* c·h·w float32, little-endian as every machine this runs on. */
static dk_status read_raw(const char *path, float *values, size_t count, dk_error *err) {
    size_t size = 0;
    const size_t wanted = count * sizeof *values;
    DK_TRY(dk_file_look(path, values, wanted, &size, err));
    return size == wanted
               ? DK_OK
               : dk_fail(err, DK_ESHAPE, "%s: has %zu bytes; wanted are %zu (c*h*w float32), or a picture",
                         path, size, wanted);
}

static dk_status read_picture(const dk_model *m, const char *path, float *values, dk_error *err) {
    const dk_shape s = m->net->input.shape;
    dk_image *image = NULL;
    DK_TRY(dk_image_load(&image, path, err));
    const dk_status status = dk_image_input(image, &m->settings.input, s.c, s.h, s.w, values, err);
    dk_image_free(image);
    return status;
}

/* What pixels of random brightness would be. */
static void make_random(const dk_model *m, float *values, size_t count) {
    dk_rng rng = dk_rng_key(m->seed, 0, 0, DK_RNG_TEST);
    const dk_input_conf *in = &m->settings.input;
    for (size_t i = 0; i < count; i++) {
        values[i] = (dk_rng_uniform(&rng, 0, 1) - in->input_mean) * in->input_scale;
    }
}

static dk_status fill_input(const dk_call *call, const dk_model *m, float *values, dk_error *err) {
    const char *path = ((const flags *)call->flags)->input;
    const size_t count = dk_net_inputs(m->net);
    if (path) {
        const dk_format *const format = dk_format_look(path);
        return format != NULL && format->decode != NULL ? read_picture(m, path, values, err)
                                                        : read_raw(path, values, count, err);
    }
    make_random(m, values, count);
    dk_note(&call->log, "no -input: random pixels of seed %llu", (unsigned long long)m->seed);
    return DK_OK;
}

static void print_text(const dk_layer *l, double mean, double rms, const float *values, size_t count) {
    const dk_shape s = l->y->shape;
    if (!values) {
        dk_say("%4d %-23s %6d %5d %5d %14.6g %14.6g\n", l->index, l->type->name, s.c, s.h, s.w, mean, rms);
    }
    for (size_t i = 0; values && i < count; i++) {
        dk_say("%.9g\n", (double)values[i]);
    }
}

static void add_json(dk_json *j, const dk_layer *l, double mean, double rms, const float *values,
                     size_t count) {
    const dk_shape s = l->y->shape;
    dk_json_open(j, NULL, '{');
    dk_json_int(j, "index", l->index);
    dk_json_text(j, "type", l->type->name);
    dk_json_int(j, "c", s.c);
    dk_json_int(j, "h", s.h);
    dk_json_int(j, "w", s.w);
    dk_json_float(j, "mean", mean, DK_JSON_FLOAT);
    dk_json_float(j, "rms", rms, DK_JSON_FLOAT);
    if (values) {
        dk_json_open(j, "values", '[');
        for (size_t i = 0; i < count; i++) {
            dk_json_float(j, NULL, (double)values[i], DK_JSON_DOUBLE);
        }
        dk_json_close(j, ']');
    }
    dk_json_close(j, '}');
}

/* json NULL: text. */
static dk_status show_layer(const flags *f, const dk_net *net, const dk_layer *l, dk_json *json,
                            dk_error *err) {
    const size_t count = dk_shape_count(l->y->shape);
    float *values = malloc(count * sizeof *values);
    if (!values) {
        return dk_no_memory(err, count * sizeof *values, "a layer's output");
    }
    const dk_status status = net->backend->read(net->backend, values, l->y, err);
    double sum = 0, squares = 0;
    for (size_t i = 0; status == DK_OK && i < count; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    const double mean = sum / (double)count, rms = sqrt(squares / (double)count);
    const float *shown = f->values ? values : NULL;
    if (status == DK_OK && json) {
        add_json(json, l, mean, rms, shown, count);
    } else if (status == DK_OK) {
        print_text(l, mean, rms, shown, count);
    }
    free(values);
    return status;
}

static dk_status show(const flags *f, const dk_net *net, dk_json *json, dk_error *err) {
    const int layer = f->layer;
    const int first = layer < 0 ? 0 : layer, last = layer < 0 ? net->count - 1 : layer;
    if (!json && !f->values) {
        dk_say("   # %-23s %6s %5s %5s %14s %14s\n", "type", "c", "h", "w", "mean", "rms");
    }
    for (int i = first; i <= last; i++) {
        DK_TRY(show_layer(f, net, &net->layers[i], json, err));
    }
    return DK_OK;
}

static dk_status run_net(const dk_call *call, dk_model *m, dk_error *err) {
    const flags *f = call->flags;
    dk_model_options options =
        dk_setup_model(call, &f->model, call->args[0], call->count > 1 ? call->args[1] : NULL);
    options.build.n = 1;
    options.build.keep_outputs = true;
    DK_TRY(dk_model_open(m, &options, err));
    if (f->layer >= m->net->count) {
        return dk_fail(err, DK_EUSAGE, "-layer %d: %s has layers 0..%d", f->layer, m->cfg->path,
                       m->net->count - 1);
    }
    const size_t bytes = dk_net_inputs(m->net) * sizeof(float);
    float *values = dk_arena_alloc(call->arena, bytes);
    if (!values) {
        return dk_no_memory(err, bytes, "the input");
    }
    DK_TRY(fill_input(call, m, values, err));
    return dk_net_forward(m->net, values, NULL, 0, err);
}

static dk_status print(const flags *f, const dk_net *net, dk_error *err) {
    if (!f->json) {
        return show(f, net, NULL, err);
    }
    dk_buffer text = {0};
    dk_json j = {.out = &text, .lines = true};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "cfg", net->cfg->path);
    dk_json_open(&j, "layers", '[');
    const dk_status status = show(f, net, &j, err);
    dk_json_close(&j, ']');
    dk_json_close(&j, '}');
    if (status != DK_OK) {
        dk_buffer_free(&text);
        return status;
    }
    return dk_json_print(&text, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    if (f->values && f->layer < 0) {
        return dk_fail(err, DK_EUSAGE, "-values wants one layer: add -layer N");
    }
    dk_model model = {0};
    dk_status status = run_net(call, &model, err);
    if (status == DK_OK) {
        status = print(f, model.net, err);
    }
    dk_model_close(&model);
    return status;
}

const dk_action dk_action_stats = {
    .name = "stats",
    .args = "CFG [WEIGHTS]",
    .help = "run one input and print each layer's output: shape, mean, root mean square",
    .more = "Without -input the input is random pixels of -seed. `-layer N -values` prints the output "
            "itself, in the\n"
            "order c, h, w. -json prints {cfg, layers [{index, type, c, h, w, mean, rms, values}]}.\n",
    .min = 1,
    .max = 2,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
