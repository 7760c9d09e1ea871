/* `import`: weights of a TensorFlow-Lite model for a network of ours. What went where goes to stdout. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "base/log.h"
#include "convert/calibrate.h"
#include "convert/import.h"
#include "convert/tflite_graph.h"
#include "net/weights.h"

enum { BATCH = 16, PICTURES = 512 };

typedef struct {
    const char *calibrate;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"calibrate", DK_FLAG_FILE, AT(calibrate), .value = "DATA",
     .help = "set the statistics of normalisations with the training pictures of this .data file"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own},
                                       {.rows = dk_flags_threads, .at = AT(model)},
                                       {.rows = dk_flags_seed, .at = AT(model)},
                                       {.rows = dk_flags_weights, .at = AT(model)},
                                       {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_tflite *source;
    dk_graph *graph;
    dk_model model;
    dk_import import;
    dk_measuring m; /* of the pictures to calibrate with */
} work;

/* ---- what is said ---- */

static void print_rows(const work *w) {
    char dims[64];
    dk_say("%s -> %s\n", w->source->path, w->model.cfg->path);
    for (int i = 0; i < w->import.count; i++) {
        const dk_import_row *r = &w->import.rows[i];
        dk_say("%4d %-23s line %-5d <- %2d %-17s %s %s '%s'", r->layer->index, r->layer->type->name,
               r->layer->section->line, r->node->index, r->node->name, r->weights->type,
               dk_graph_dims(dims, r->weights), r->weights->name);
        if (r->biases) {
            dk_say(", biases '%s'", r->biases->name);
        }
        if (r->stride != 0) {
            dk_say(", stride %d instead of %d", r->stride, r->model_stride);
        }
        dk_say("%s\n", r->summed ? ", summed over red, green and blue" : "");
    }
}

static void print_end(const work *w) {
    const dk_net *net = w->model.net;
    const dk_import *import = &w->import;
    if (import->unused) {
        dk_say("not used: operator %d %s and what follows it\n", import->unused->index, import->unused->name);
    }
    if (import->fresh < net->count) {
        const dk_layer *l = &net->layers[import->fresh];
        const dk_graph_value *classes = import->classes ? import->classes->weights : NULL;
        char dims[64];
        dk_say("left fresh: layer %d [%s] (%s:%d) and what follows it; ", l->index, l->type->name,
               l->section->file, l->section->line);
        if (classes) {
            dk_say("operator %d %s '%s' (%s) has another number of classes\n", import->classes->index,
                   import->classes->name, classes->name, dk_graph_dims(dims, classes));
        } else {
            dk_say("the model ends before it\n");
        }
    }
}

/* Pixels in another range than the model learnt from give answers that are quietly wrong. */
static void check_input(const work *w) {
    const dk_input_conf wanted = w->graph->input_conf;
    const dk_input_conf *ours = &w->model.settings.input;
    if (!w->graph->tells_input) {
        dk_note(
            &w->call->log,
            "%s does not say which pixel values it learnt from, and %s has input_mean=%g input_scale=%g: "
            "Keras's MobileNets want -1..1 (input_mean=.5 input_scale=2), those of TF-Hub 0..1 (input_mean=0 "
            "input_scale=1)",
            w->source->path, w->model.cfg->path, (double)ours->input_mean, (double)ours->input_scale);
        return;
    }
    const bool near = fabsf(wanted.input_mean - ours->input_mean) < .02F &&
                      fabsf(wanted.input_scale / ours->input_scale - 1) < .02F;
    if (!near) {
        dk_warn(&w->call->log,
                "%s: input_mean=%g input_scale=%g, but the model wants pixels as input_mean=%.3g "
                "input_scale=%.3g make them",
                w->model.cfg->path, (double)ours->input_mean, (double)ours->input_scale,
                (double)wanted.input_mean, (double)wanted.input_scale);
    }
}

/* ---- what is done ---- */

static dk_status open_model(work *w, dk_error *err) {
    const dk_call *call = w->call;
    const char *from = dk_share_find(call->args[0], call->arena), *to = call->args[2];
    const bool calibrates = w->flags->calibrate != NULL;
    dk_model_options options = dk_setup_model(call, &w->flags->model, call->args[1], NULL);
    if (!from) {
        return dk_no_memory(err, strlen(call->args[0]), "the path of the model");
    }
    if (dk_path_same(from, to)) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: OUT.weights is MODEL itself, which would be lost; name another file", to);
    }
    options.build.n = calibrates ? BATCH : 1;
    options.build.keep_outputs = calibrates;
    DK_TRY(dk_tflite_load(&w->source, from, err));
    DK_TRY(dk_tflite_graph(&w->graph, w->source, err));
    return dk_model_open(&w->model, &options, err);
}

static void report_skipped(const work *w) {
    const int skipped = dk_stream_skipped(w->m.stream);
    for (int i = 0; i < skipped; i++) {
        int picture = 0;
        dk_warn(&w->call->log, "left out: %s", dk_stream_skip(w->m.stream, i, &picture));
    }
}

static dk_status calibrate(work *w, dk_error *err) {
    const dk_measuring_options options = {.data = w->flags->calibrate,
                                          .set_data = w->flags->model.set.data,
                                          .model = &w->model,
                                          .open = {.log = w->call->log},
                                          .source_at = offsetof(dk_data_conf, train),
                                          .threads = dk_setup_threads(w->flags->model.threads),
                                          .round = true};
    DK_TRY(dk_measuring_open(&w->m, &options, err));
    DK_TRY(dk_measuring_start(&w->m, err));
    const int pictures = w->m.set->count < PICTURES ? w->m.set->count : PICTURES;
    int layers = 0;
    DK_TRY(dk_calibrate_net(w->model.net, w->m.stream, pictures, &layers, err));
    report_skipped(w);
    dk_say("calibrated: statistics of %d normalised layers from %d pictures of %s\n", layers, pictures,
           w->m.source);
    return DK_OK;
}

static dk_status import(work *w, dk_error *err) {
    const char *to = w->call->args[2];
    DK_TRY(open_model(w, err));
    DK_TRY(dk_import_match(&w->import, w->model.net, w->graph, err));
    DK_TRY(dk_import_fill(&w->import, w->model.net, w->graph, err));
    check_input(w);
    print_rows(w);
    print_end(w);
    DK_TRY(w->flags->calibrate ? calibrate(w, err) : DK_OK);
    DK_TRY(dk_weights_save(w->model.net, to, 0, w->import.fresh, err));
    dk_say("%s: layers 0..%d of %d\n", to, w->import.fresh - 1, w->model.net->count);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {.call = call, .flags = call->flags};
    const dk_status status = import(&w, err);
    dk_measuring_close(&w.m);
    dk_model_close(&w.model);
    dk_tflite_close(w.source);
    return status;
}

const dk_action dk_action_import = {
    .name = "import",
    .args = "MODEL.tflite CFG OUT.weights",
    .help = "weights of a TensorFlow-Lite model for the network of CFG",
    .more =
        "Reads float32, float16, uint8 and int8 models whose operators are those of CFG, in the same order "
        "(the\n"
        "published MobileNets, and Keras's, whose PAD before a strided convolution is pad=same), and prints\n"
        "which tensor went to which layer. A float model does not say which pixel values it learnt from: "
        "input_mean\n"
        "and input_scale in [net] must be right. A classifier for another number of "
        "classes "
        "stays\n"
        "fresh: OUT.weights then ends before it, as a start for `classifier train`. Over such features "
        "it wants "
        "init=0\n"
        "and a small learning_rate of its own (keys of [connected]).\n"
        "Batch normalisation is folded into such models. With -calibrate, 512 pictures of DATA's `train` "
        "(all, "
        "if they\n"
        "are fewer) are run through the network and its normalisations get their statistics, without "
        "changing "
        "any\n"
        "answer: what training wants.\n",
    .min = 3,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
