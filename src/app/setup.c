/* From the command line to options of the floors below. */
#include "app/setup.h"

#include <string.h>
#include <unistd.h>

#include "backend/backend.h"
#include "base/load.h"

/* ---- rows ---- */

static const char *const precisions[] = {"f32", "bf16", "auto", NULL};

#define AT(field) offsetof(dk_model_flags, field)
/* Rows of several tables. */
/* clang-format off */
#define THREADS                                                                                              \
    "threads", DK_FLAG_INT, AT(threads), .min = 1, .max = DK_THREADS_MOST, .value = "N",                     \
    .help = "threads to compute with (default: one per core; train: per core that is free)"
#define SET                                                                                                  \
    "set", DK_FLAG_SET, AT(set), .value = "net.K=V",                                                         \
    .help = "override a key of [net], or with data.K=V of the .data file; repeatable"
#define MEMORY                                                                                               \
    "max_memory", DK_FLAG_BYTES, AT(max_memory), .value = "2G",                                              \
    .help = "most memory a network may take (default: what is free)"
#define BACKEND                                                                                              \
    "backend", DK_FLAG_TEXT, AT(backend), .value = "NAME", .words = dk_engine_names,                         \
    .help = "engine to compute with; `version` lists them"
#define PRECISION                                                                                            \
    "precision", DK_FLAG_NET, AT(set), .words = precisions,                                                  \
    .help = "what to compute in (default: the cfg's); auto is bf16 where that is faster"
#define WINDOW "dont_show", DK_FLAG_SWITCH, AT(dont_show), .help = "open no window"
/* clang-format on */

const dk_flag dk_flags_model[] = {{THREADS}, {SET}, {MEMORY}, {BACKEND}, {PRECISION}, {0}};
const dk_flag dk_flags_task[] = {{THREADS}, {SET}, {MEMORY}, {BACKEND}, {PRECISION}, {WINDOW}, {0}};
const dk_flag dk_flags_weights[] = {{SET}, {MEMORY}, {BACKEND}, {0}};
const dk_flag dk_flags_threads[] = {{THREADS}, {0}};
const dk_flag dk_flags_set[] = {{SET}, {0}};
const dk_flag dk_flags_seed[] = {
    {"seed", DK_FLAG_LONG, AT(seed), .min = 1, .max = INT32_MAX, .value = "N",
     .help = "start of all random numbers (default: the cfg's, else 1)"},
    {0},
};
#undef AT

#define AT(field) offsetof(dk_face_flags, field)
static const char *const tta_names[] = {"auto", "none", "flip", NULL}; /* and run/tta.h */
/* Margins of -.05 to 0 are best for networks trained on FER2013, and the mean with the mirror image never hurts. */
const dk_flag dk_flags_faces[] = {
    {"margin", DK_FLAG_NUMBER, AT(margin), .min = -.3, .max = 2, .value = "X",
     .help = "what is added around a face, as a share of its side; below 0: cut off (default: 0)"},
    {"tta", DK_FLAG_WORD, AT(tta), .words = tta_names,
     .help = "ask about a face and its mirror image, and take the mean (default: auto, flip for pictures and "
             "up to 4 faces at a time)"},
    {"finder", DK_FLAG_TEXT, AT(finder), .value = "haar|CFG,WEIGHTS[,NAMES]",
     .help =
         "what finds faces: haar (default), or a network, such as cfg/yunet.cfg,weights/yunet.weights; of "
         "its classes, a name a line in NAMES, the one called face"},
    {"detect_size", DK_FLAG_INT, AT(detect_size), .min = 64, .max = 4096, .value = "N",
     .help = "longest side, in pixels, that frames are shrunk to before faces are looked for (haar: 640, of "
             "stills 1280; a network: as its cfg, of stills twice that)"},
    {"cascade", DK_FLAG_FILE, AT(cascade), .value = "FILE",
     .help = "Haar cascade to find faces with, alone (default: haarcascade_frontalface_alt2.xml and "
             "haarcascade_profileface.xml of Debian's opencv-data)"},
    {0},
};

#undef AT

#define AT(field) offsetof(dk_serve_conf, field)
const dk_flag dk_flags_http[] = {
    {"http", DK_FLAG_TEXT, AT(address), .value = "[ADDRESS:]PORT",
     .help =
         "show it in a browser: 8090 for this machine alone, 0.0.0.0:8090 for others, too (docs/http.md)"},
    {"http_token", DK_FLAG_TEXT, AT(token), .value = "TEXT",
     .help =
         "who knows it may see the page of -http and change what the program does; wanted where others can "
         "reach it"},
    {"http_cert", DK_FLAG_FILE, AT(cert), .value = "FILE", .help = "certificate (PEM): -http over TLS"},
    {"http_key", DK_FLAG_FILE, AT(key), .value = "FILE", .help = "its key (PEM)"},
    {"http_host", DK_FLAG_TEXT, AT(hosts), .value = "NAME[,NAME]",
     .help = "names that browsers may call the server of -http by, beside localhost and its address"},
    {0},
};

const dk_flag dk_flags_top[] = {
    {"t", DK_FLAG_INT, .min = 1, .max = INT32_MAX, .value = "N",
     .help = "answers per picture, and the k of top-k (default: `top` in DATA)"},
    {0},
};
const dk_flag dk_flags_json[] = {{"json", DK_FLAG_SWITCH, .help = "print JSON"}, {0}};

/* ---- what they come to ---- */

dk_model_options dk_setup_model(const dk_call *call, const dk_model_flags *f, const char *cfg,
                                const char *weights) {
    return (dk_model_options){.cfg = cfg,
                              .task = call->task,
                              .weights = weights,
                              .set = f->set.net,
                              .backend = f->backend,
                              .threads = f->threads,
                              .seed = (uint64_t)f->seed,
                              .build = {.max_memory = f->max_memory},
                              .log = call->log};
}

dk_measuring_options dk_setup_measuring(const dk_call *call, const dk_model_flags *f, size_t source_at) {
    return (dk_measuring_options){.data = call->args[0],
                                  .set_data = f->set.data,
                                  .open = dk_setup_model(call, f, call->args[1], call->args[2]),
                                  .source = call->count > 3 ? call->args[3] : NULL,
                                  .source_at = source_at,
                                  .threads = dk_setup_threads(f->threads)};
}

int dk_setup_top(int flag, const dk_data *data) {
    const int top = flag > 0 ? flag : data->conf.top;
    return top < data->conf.classes ? top : data->conf.classes;
}

int dk_setup_threads(int flag) {
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return flag > 0 ? flag : cores > 0 ? (int)cores : 1;
}

dk_status dk_setup_tta(const dk_tta **out, const dk_face_flags *f, dk_error *err) {
    *out = NULL;
    return f->tta && strcmp(f->tta, "auto") != 0 ? dk_tta_find(out, f->tta, err) : DK_OK;
}

/* CFG,WEIGHTS[,NAMES]; false: it is something else. */
static bool split_finder(dk_finder_network_conf *out, char *text) {
    char *const weights = strchr(text, ',');
    char *const names = weights ? strchr(weights + 1, ',') : NULL;
    if (!weights) {
        return false;
    }
    *weights = '\0';
    if (names) {
        *names = '\0';
    }
    out->model.cfg = text;
    out->model.weights = weights + 1;
    out->names = names ? names + 1 : NULL;
    return text[0] && weights[1] && (!names || (names[1] && !strchr(names + 1, ',')));
}

/* On one thread when nobody says another number: a network that is fast enough for films is too small to gain by more, and
 * where a core is busy the others wait for it at every layer. */
static dk_status setup_network(dk_finder_conf *out, const dk_call *call, const dk_face_flags *f,
                               const dk_model_flags *model, dk_error *err) {
    char *const text = dk_arena_text(call->arena, f->finder);
    if (!text) {
        return dk_no_memory(err, strlen(f->finder), "a flag");
    }
    out->kind = &dk_finder_network;
    out->network = (dk_finder_network_conf){.model = {.backend = model->backend,
                                                      .threads = model->threads > 0 ? model->threads : 1,
                                                      .build = {.max_memory = model->max_memory},
                                                      .log = call->log},
                                            .size = f->detect_size};
    if (!split_finder(&out->network, text)) {
        return dk_fail(err, DK_EUSAGE, "-finder %s: is neither haar nor CFG,WEIGHTS nor CFG,WEIGHTS,NAMES",
                       f->finder);
    }
    return f->cascade ? dk_fail(err, DK_EUSAGE, "-cascade is of -finder haar; here a network finds faces")
                      : DK_OK;
}

dk_status dk_setup_finder(dk_finder_conf *out, const dk_call *call, const dk_face_flags *f,
                          const dk_model_flags *model, dk_error *err) {
    *out = (dk_finder_conf){.haar = {.cascade = f->cascade, .size = f->detect_size}};
    return !f->finder || strcmp(f->finder, dk_finder_haar.name) == 0
               ? DK_OK
               : setup_network(out, call, f, model, err);
}
