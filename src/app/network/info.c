/* `network info`: what a cfg builds: per layer its output, parameters, multiply-adds of one picture, bytes,
 * and what runs it; then the memory by purpose. Nothing is computed. */
#include <stdio.h>

#include "app/say.h"
#include "app/setup.h"

typedef struct {
    int train;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {{"train", DK_FLAG_SWITCH, AT(train), .help = "as built for training"}, {0}};
static const dk_flag_table tables[] = {{.rows = own}, {.rows = dk_flags_model, .at = AT(model)}, {0}};

static const char *count(char out[32], double n) {
    return dk_text_count(out, (long long)(n + .5));
}

/* Parameters, output, what backward keeps and repacked weights; scratch is shared by all layers. */
static double layer_bytes(const dk_layer *l, double parameters) {
    double bytes = parameters * sizeof(float);
    for (int i = 0; i < l->plan_count; i++) {
        const dk_plan *p = l->plans[i];
        bytes += (double)(p->y_bytes + p->kept + p->packed);
    }
    return bytes;
}

static void print_layer(const dk_layer *l) {
    char output[48], parameters[32], macs[32], bytes[32];
    double n = 0;
    for (int i = 0; i < l->param_count; i++) {
        n += (double)l->params[i].count;
    }
    const dk_shape s = l->y->shape;
    snprintf(output, sizeof output, "%d x %d x %d", s.c, s.h, s.w);
    dk_say("%4d  %-23s %18s %14s %16s %14s  ", l->index, l->type->name, output, count(parameters, n),
           count(macs, l->macs), count(bytes, layer_bytes(l, n)));
    for (int i = 0; i < l->plan_count; i++) {
        const dk_plan *p = l->plans[i];
        dk_say("%s%s %s", i > 0 ? " + " : "", dk_precision_name(p->precision), p->impl);
    }
    dk_say("%s\n", l->plan_count == 0 ? "-" : "");
}

static void print_memory(const dk_net_bytes *b) {
    const struct {
        const char *name;
        size_t bytes;
    } rows[] = {{"parameters", b->parameters}, {"outputs", b->outputs},     {"kept for backward", b->kept},
                {"packed weights", b->packed}, {"scratch", b->scratch},     {"gradients", b->gradients},
                {"optimiser", b->optimiser},   {"all", dk_net_bytes_sum(b)}};
    char text[32];
    dk_say("\nmemory, bytes\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dk_say("  %-20s %16s\n", rows[i].name, count(text, (double)rows[i].bytes));
    }
}

static void print(const dk_net *net) {
    char parameters[32], macs[32];
    dk_net_info info;
    dk_net_describe(net, &info);
    dk_say("%s: input %d x %d x %d (channels x height x width), %d at once, for %s by %s in %s\n\n",
           net->cfg->path, info.channels, info.height, info.width, net->options.n,
           net->options.train ? "training" : "predicting", info.backend, info.precision);
    dk_say("   #  %-23s %18s %14s %16s %14s  runs on\n", "layer", "output c x h x w", "parameters",
           "multiply-adds", "bytes");
    for (int i = 0; i < net->count; i++) {
        print_layer(&net->layers[i]);
    }
    dk_say("\n%s parameters, %s multiply-adds a picture\n", count(parameters, (double)info.parameters),
           count(macs, info.macs));
    print_memory(&net->bytes);
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    dk_model model = {0};
    dk_model_options options = dk_setup_model(call, &f->model, call->args[0], NULL);
    options.build.train = f->train;
    options.build.n = f->train ? 0 : 1;
    const dk_status status = dk_model_open(&model, &options, err);
    if (status == DK_OK) {
        print(model.net);
    }
    dk_model_close(&model);
    return status;
}

const dk_action dk_action_info = {
    .name = "info",
    .args = "CFG",
    .help = "layers, shapes, parameters, multiply-adds, bytes, and what runs each layer",
    .more = "Built for predicting one picture; with -train, for training a part of a batch (batch / "
            "subdivisions).\n",
    .min = 1,
    .max = 1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
