/* `import`: weights of a TensorFlow-Lite or ONNX model for a network of ours, whose cfg is there or is made. What went where
 * goes to stdout. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "base/log.h"
#include "convert/calibrate.h"
#include "convert/import.h"
#include "convert/model_file.h"
#include "convert/write_cfg.h"
#include "net/weights.h"

enum { BATCH = 16, PICTURES = 512 };

typedef struct {
    const char *calibrate, *cfg;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"calibrate", DK_FLAG_FILE, AT(calibrate), .value = "DATA",
     .help = "set the statistics of normalisations with the training pictures of this .data file"},
    {"cfg", DK_FLAG_FILE, AT(cfg), .value = "OUT.cfg",
     .help = "write the cfg for the model, too, in place of CFG"},
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
    const char *from, *cfg, *to; /* MODEL, CFG or OUT.cfg, OUT.weights */
    dk_buffer text;              /* of OUT.cfg */
    dk_model_file source;
    dk_model model;
    dk_import import;
    dk_measuring m; /* of the pictures to calibrate with */
} work;

/* ---- what is said ---- */

/* What stands for the parameters of a layer. */
static const dk_graph_value *value_of(const dk_import_row *r) {
    const dk_graph_node *n = r->node;
    return r->weights ? r->weights : n->scales ? n->scales : n->shifts ? n->shifts : n->y;
}

static void print_rows(const work *w) {
    char dims[64];
    dk_say("%s -> %s\n", w->source.graph->path, w->model.cfg->path);
    for (int i = 0; i < w->import.count; i++) {
        const dk_import_row *r = &w->import.rows[i];
        const dk_graph_value *v = value_of(r);
        dk_say("%4d %-23s line %-5d <- %2d %-17s %s %s '%s'", r->layer->index, r->layer->type->name,
               r->layer->section->line, r->node->index, r->node->name, v->type, dk_graph_dims(dims, v),
               v->name);
        if (r->biases) {
            dk_say(", biases '%s'", r->biases->name);
        }
        for (int k = r->weights ? 0 : 1; k < r->norm_count; k++) {
            dk_say(", %d %s '%s'", r->norms[k]->index, r->norms[k]->name, r->norms[k]->y->name);
        }
        if (r->stride != 0) {
            dk_say(", stride %d instead of %d", r->stride, r->model_stride);
        }
        dk_say("%s\n", r->summed ? ", summed over red, green and blue" : "");
    }
}

/* The network gives planes; who decodes the answers must know. */
static void print_moved(const work *w) {
    const dk_graph *g = w->source.graph;
    for (int i = 0; i < g->value_count; i++) {
        if (g->values[i].answers && g->values[i].moved) {
            dk_say("moved: the model gives '%s' in another order; the network as channels, rows, columns\n",
                   g->values[i].name);
        }
    }
}

static void print_end(const work *w) {
    const dk_net *net = w->model.net;
    const dk_import *import = &w->import;
    if (import->unused) {
        dk_say("not used: %s %d %s and what follows it\n", w->source.graph->word, import->unused->index,
               import->unused->name);
    }
    if (import->fresh < net->count) {
        const dk_layer *l = &net->layers[import->fresh];
        const dk_graph_value *classes = import->classes ? import->classes->weights : NULL;
        char dims[64];
        dk_say("left fresh: layer %d [%s] (%s:%d) and what follows it; ", l->index, l->type->name,
               l->section->file, l->section->line);
        if (classes) {
            dk_say("%s %d %s '%s' (%s) has another number of classes\n", w->source.graph->word,
                   import->classes->index, import->classes->name, classes->name,
                   dk_graph_dims(dims, classes));
        } else {
            dk_say("the model ends before it\n");
        }
    }
}

/* Pixels in another range than the model learnt from give answers that are quietly wrong. */
static void check_input(const work *w) {
    const dk_input_conf wanted = w->source.graph->input_conf;
    const dk_input_conf *ours = &w->model.settings.input;
    if (!w->source.graph->tells_input) {
        dk_note(
            &w->call->log,
            "%s does not say which pixel values it learnt from, and %s has input_mean=%g input_scale=%g: %s",
            w->source.graph->path, w->model.cfg->path, (double)ours->input_mean, (double)ours->input_scale,
            w->source.graph->pixels);
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

static dk_status check_paths(const work *w, dk_error *err) {
    if (w->call->count != (w->flags->cfg ? 2 : 3)) {
        return dk_fail(err, DK_EUSAGE,
                       "import takes MODEL CFG OUT.weights, or MODEL -cfg OUT.cfg OUT.weights");
    }
    if (dk_path_same(w->from, w->to)) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: OUT.weights is MODEL itself, which would be lost; name another file", w->to);
    }
    if (w->flags->cfg &&
        (dk_path_same(w->cfg, w->from) || dk_path_same(w->cfg, w->to) || strcmp(w->cfg, w->to) == 0)) {
        return dk_fail(err, DK_EUSAGE, "%s: OUT.cfg is another of the files; name one of its own", w->cfg);
    }
    return DK_OK;
}

static dk_status open_model(work *w, dk_error *err) {
    const bool calibrates = w->flags->calibrate != NULL;
    dk_model_options options = dk_setup_model(w->call, &w->flags->model, w->cfg, NULL);
    DK_TRY(check_paths(w, err));
    options.build.n = calibrates ? BATCH : 1;
    options.build.keep_outputs = calibrates;
    DK_TRY(dk_model_file_open(&w->source, w->from, err));
    if (w->flags->cfg) {
        DK_TRY(dk_graph_write_cfg(w->source.graph, &w->text, err));
        options.cfg_text = w->text.text;
    }
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
    DK_TRY(open_model(w, err));
    DK_TRY(dk_import_match(&w->import, w->model.net, w->source.graph, err));
    DK_TRY(dk_import_fill(&w->import, w->model.net, w->source.graph, err));
    check_input(w);
    print_rows(w);
    print_end(w);
    print_moved(w);
    DK_TRY(w->flags->calibrate ? calibrate(w, err) : DK_OK);
    if (w->flags->cfg) {
        DK_TRY(dk_file_write(w->cfg, w->text.text, w->text.size, err));
    }
    DK_TRY(dk_weights_save(w->model.net, w->to, 0, w->import.fresh, err));
    dk_say("%s: layers 0..%d of %d\n", w->to, w->import.fresh - 1, w->model.net->count);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    work w = {.call = call,
              .flags = f,
              .from = dk_share_find(call->args[0], call->arena),
              .cfg = f->cfg ? f->cfg : call->args[1],
              .to = call->args[call->count - 1]};
    const dk_status status =
        w.from ? import(&w, err) : dk_no_memory(err, strlen(call->args[0]), "the path of the model");
    dk_measuring_close(&w.m);
    dk_model_close(&w.model);
    dk_model_file_close(&w.source);
    dk_buffer_free(&w.text);
    return status;
}

const dk_action dk_action_import = {
    .name = "import",
    .args = "MODEL [CFG] OUT.weights",
    .help = "weights of a TensorFlow-Lite or ONNX model for the network of CFG",
    .more =
        "Reads TensorFlow-Lite models of float32, float16, uint8 and int8 and ONNX models of float32 and "
        "float16 "
        "(opsets\n"
        "7 to 21; MODEL is called .onnx) whose operators are those of CFG, in the same order, and prints "
        "which "
        "tensor went\n"
        "to which layer. With -cfg OUT.cfg in place of CFG the cfg is made, too, where Darknet's layers can "
        "say "
        "what the\n"
        "model does: see docs/onnx.md. Most models do not say which pixel values they learnt from: "
        "input_mean "
        "and\n"
        "input_scale in [net] must be right. A classifier for another number of classes stays fresh: "
        "OUT.weights\n"
        "then ends before it, as a start for `classifier train`. Over such features it wants init=0 and a "
        "small\n"
        "learning_rate of its own (keys of [connected]).\n"
        "Batch normalisation is folded into most models. With -calibrate, 512 pictures of DATA's `train` "
        "(all, "
        "if they\n"
        "are fewer) are run through the network and its normalisations get their statistics, without "
        "changing "
        "any\n"
        "answer: what training wants.\n",
    .min = 2,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
