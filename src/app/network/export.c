/* `export`: a network with its weights as an ONNX model. */
#include <string.h>

#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "convert/export.h"
#include "data/labels.h"

typedef struct {
    const char *names;
    int plain, folds;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"names", DK_FLAG_FILE, AT(names), .value = "FILE",
     .help = "names of classes, one a line, for the model's metadata"},
    {"no_preprocess", DK_FLAG_SWITCH, AT(plain),
     .help = "the input is what the network takes, in place of pixels of 0..255"},
    {"fold", DK_FLAG_SWITCH, AT(folds), .help = "batch normalisations become part of weights and biases"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own}, {.rows = dk_flags_weights, .at = AT(model)}, {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_model model;
    dk_buffer file;
} work;

static dk_status read_names(const work *w, dk_export_options *o, dk_error *err) {
    const char *path = w->flags->names ? dk_share_find(w->flags->names, w->call->arena) : NULL;
    const char **names = NULL;
    int lines = 0;
    if (!w->flags->names) {
        return DK_OK;
    }
    if (!path) {
        return dk_no_memory(err, strlen(w->flags->names), "the path of the names");
    }
    DK_TRY(dk_labels_read(&names, &lines, path, 0, false, w->call->arena, err));
    const size_t classes = dk_net_outputs(w->model.net);
    if ((size_t)lines != classes) {
        return dk_fail(err, DK_EDATA, "%s: has %d names, but %s has %zu answers", path, lines,
                       w->model.cfg->path, classes);
    }
    o->names = names;
    o->count = lines;
    return DK_OK;
}

static void say(const work *w, const char *to) {
    const dk_net *net = w->model.net;
    const dk_shape s = net->input.shape;
    dk_say("%s: input N,%d,%d,%d, %s\n", to, w->flags->plain ? s.c : 3, s.h, s.w,
           w->flags->plain ? "as the network takes it" : "red, green and blue of 0..255");
    for (int i = 0; i < net->answer_count; i++) {
        const dk_layer *l = net->answers[i];
        const dk_shape y = l->y->shape;
        dk_say("answer %d: layer %d [%s], N,%d,%d,%d\n", i, l->index, l->type->name, y.c, y.h, y.w);
    }
}

static dk_status export(work *w, dk_error *err) {
    const char *const *args = w->call->args, *to = args[2];
    const char *from = dk_share_find(args[1], w->call->arena);
    dk_model_options options = dk_setup_model(w->call, &w->flags->model, args[0], args[1]);
    dk_export_options o = {.folds = w->flags->folds, .plain = w->flags->plain};
    if (!from) {
        return dk_no_memory(err, strlen(args[1]), "the path of the weights");
    }
    if (dk_path_same(from, to)) {
        return dk_fail(err, DK_EUSAGE,
                       "%s: OUT.onnx is WEIGHTS itself, which would be lost; name another file", to);
    }
    options.build.n = 1;
    DK_TRY(dk_model_open(&w->model, &options, err));
    DK_TRY(read_names(w, &o, err));
    DK_TRY(dk_export_onnx(w->model.net, &w->model.settings.input, &o, &w->file, err));
    DK_TRY(dk_file_write(to, w->file.text, w->file.size, err));
    say(w, to);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {.call = call, .flags = call->flags};
    const dk_status status = export(&w, err);
    dk_buffer_free(&w.file);
    dk_model_close(&w.model);
    return status;
}

const dk_action dk_action_export = {
    .name = "export",
    .args = "CFG WEIGHTS OUT.onnx",
    .help = "a network as an ONNX model that gives the same answers",
    .more = "Opset 13. The input is N,3,height,width: pixels of 0..255, red, green and blue; what [net] says "
            "of it\n"
            "(input_mean, input_scale, grey) is in the model's first nodes. N is open. docs/onnx.md lists "
            "what each\n"
            "layer becomes; `import` reads such models back with the same weights.\n",
    .min = 3,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
