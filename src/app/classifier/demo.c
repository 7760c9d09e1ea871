/* `classifier demo`: the words and flags of the line become options of live/live.h; what was seen is told at the
 * end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/classifier/demo_report.h"
#include "app/classifier/demo_weights.h"
#include "app/setup.h"
#include "app/classifier/sidecar.h"
#include "app/stop.h"
#include "base/log.h"
#include "live/live.h"

/* ---- the flags ---- */

typedef struct {
    const char *camera;
    dk_sink_wish wishes[DK_SINKS];
    int realtime, detect_every;
    double smooth, reconnect; /* seconds */
    dk_serve_conf http;
    dk_face_flags face;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"c", DK_FLAG_TEXT, AT(camera), .value = "N",
     .help = "camera N, counted from 0, or its device (/dev/video2)"},
    {"realtime", DK_FLAG_SWITCH, AT(realtime),
     .help = "play a film at its own pace, passing over late frames"},
    {"smooth", DK_FLAG_NUMBER, AT(smooth), .def = .35, .max = 60, .value = "SECONDS",
     .help = "time constant that answers settle with"},
    {"detect_every", DK_FLAG_INT, AT(detect_every), .min = 1, .max = 1000, .value = "N",
     .help = "look for faces on every N-th frame (default: often enough)"},
    {"reconnect", DK_FLAG_NUMBER, AT(reconnect), .def = 60, .max = 1000000, .value = "SECONDS",
     .help = "how long a stream that broke off is tried again"},
    {0},
};

/* The i-th kind of sink that has a flag, as a row. */
static dk_flag sink_flag(int i) {
    for (size_t k = 0; k < DK_SINKS; k++) {
        const dk_sink_kind *kind = dk_sink_kinds[k];
        if (kind->help && i-- == 0) {
            return (dk_flag){.name = kind->flag,
                             .kind = kind->value ? DK_FLAG_FILE : DK_FLAG_SWITCH,
                             .at = k * sizeof(dk_sink_wish) +
                                   (kind->value ? offsetof(dk_sink_wish, value) : offsetof(dk_sink_wish, on)),
                             .value = kind->value,
                             .help = kind->help};
        }
    }
    return (dk_flag){0};
}

static const dk_flag_table tables[] = {
    {.row = sink_flag, .at = AT(wishes)},     {.rows = own},
    {.rows = dk_flags_http, .at = AT(http)},  {.rows = dk_flags_faces, .at = AT(face)},
    {.rows = dk_flags_task, .at = AT(model)}, {0}};

/* ---- the words ---- */

typedef struct {
    const char *data, *cfg, *weights, *source; /* weights NULL: to be found */
} words;

/* The word of the line or the camera of -c, of which one may be NULL; camera 0 without both. */
static dk_status pick_source(words *w, const char *word, const char *camera, dk_error *err) {
    char shown[DK_SHOWN];
    dk_capture_shown(shown, sizeof shown, word ? word : camera ? camera : "");
    if (word && camera) {
        return dk_fail(err, DK_EUSAGE, "-c %s and '%s' are two sources; give one", camera, shown);
    }
    if (camera && !dk_capture_is_camera(camera)) {
        return dk_fail(err, DK_EUSAGE,
                       "-c %s: is no camera; give its number (0 to 999) or device (/dev/video0)", shown);
    }
    w->source = word ? word : camera ? camera : "0";
    return DK_OK;
}

static dk_status split(words *w, const dk_call *call, dk_error *err) {
    const char *const *a = call->args;
    int n = call->count;
    *w = (words){.data = "cfg/emotion.data", .cfg = "cfg/mobilenet.cfg"};
    if (n >= 2) {
        w->data = *a++;
        w->cfg = *a++;
        n -= 2;
    }
    if (n > 0 && dk_text_ends(*a, ".weights")) {
        if (call->count == 1) {
            return dk_fail(err, DK_EUSAGE, "%s: weights want DATA and CFG before them", *a);
        }
        w->weights = *a++;
        n--;
    }
    if (n > 1) {
        char shown[DK_SHOWN];
        dk_capture_shown(shown, sizeof shown, *a);
        return dk_fail(err, DK_EUSAGE,
                       "'%s' does not end in .weights; after DATA and CFG come WEIGHTS and SOURCE", shown);
    }
    return pick_source(w, n == 1 ? *a : NULL, ((const flags *)call->flags)->camera, err);
}

/* ---- what they come to ---- */

/* -dont_show, or no display: no window. */
static bool shows(const dk_call *call) {
    const flags *f = call->flags;
    const dk_display display = f->model.dont_show ? DK_DISPLAY_NONE : dk_window_display();
    if (display == DK_DISPLAY_DEAD) {
        dk_warn(&call->log, "DISPLAY is %s, where no X server answers; going on without a window",
                getenv("DISPLAY"));
    }
    return display == DK_DISPLAY_THERE;
}

/* What the page says of this demo. */
static dk_live_page page(const dk_call *call, const words *w) {
    char shown[DK_SHOWN];
    dk_capture_shown(shown, sizeof shown, dk_capture_name(w->source));
    return (dk_live_page){
        .title = "Faces, live",
        .intro =
            "The program watches a camera or a film, follows every face in it under a number of its own, and "
            "names what it shows; below you see what it sees, as it sees it.",
        .thing = "face",
        .source = dk_arena_format(call->arena, "%s", dk_path_name(shown)),
        .weights = dk_path_name(w->weights)};
}

static dk_outputs outputs(const dk_call *call, const words *w, const dk_data *data, dk_summary *summary) {
    const flags *f = call->flags;
    dk_outputs o = {.window = shows(call),
                    .summary = summary,
                    .http = f->http,
                    .page = page(call, w),
                    .results = data->conf.results,
                    .otherwise = &dk_demo_lines};
    memcpy(o.wishes, f->wishes, sizeof o.wishes);
    return o;
}

static dk_live_options options(const dk_call *call, const words *w, const dk_data *data,
                               dk_summary *summary) {
    const flags *f = call->flags;
    return (dk_live_options){.source = w->source,
                             .model = dk_setup_model(call, &f->model, w->cfg, w->weights),
                             .temperature = 1,
                             .data = data,
                             .detect_every = f->detect_every,
                             .margin = (float)f->face.margin,
                             .smooth = f->smooth,
                             .reconnect = f->reconnect,
                             .realtime = f->realtime,
                             .outputs = outputs(call, w, data, summary),
                             .notice = dk_arena_format(call->arena, "%s", w->weights),
                             .stop = dk_stop_on_signals(),
                             .log = call->log};
}

static dk_status run_with(const dk_call *call, const words *w, const dk_data *data, dk_error *err) {
    const flags *f = call->flags;
    dk_summary summary = {0};
    dk_live_report report = {0};
    dk_fonts fonts = {.log = call->log};
    dk_live_options o = options(call, w, data, &summary);
    o.fonts = &fonts;
    DK_TRY(dk_setup_finder(&o.finder, call, &f->face, &f->model, err));
    DK_TRY(dk_setup_tta(&o.tta, &f->face, err));
    DK_TRY(dk_sidecar_temperature(&o.temperature, call, w->weights, err));
    DK_TRY(dk_vision_threads(f->model.threads, err));
    dk_status status = dk_live_run(&o, &report, err);
    if (status == DK_OK || status == DK_ESTOPPED) {
        dk_error late = {0};
        dk_status told = dk_demo_report(&o, &report, &summary, &late);
        if (told == DK_OK && report.bad > 0) {
            told = dk_fail(&late, DK_EIO, "%d picture%s could not be read", report.bad,
                           report.bad == 1 ? "" : "s");
        }
        status = told != DK_OK ? dk_fail(err, told, "%s", late.text) : status;
    }
    dk_summary_free(&summary);
    return status;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    words w;
    dk_data *data = NULL;
    DK_TRY(split(&w, call, err));
    dk_status status = dk_data_load(&data, w.data, f->model.set.data, &call->log, err);
    if (status == DK_OK && !w.weights) {
        status = dk_demo_find_weights(&w.weights, w.cfg, data, call->arena, err);
    }
    if (status == DK_OK) {
        status = run_with(call, &w, data, err);
    }
    dk_data_close(data);
    return status;
}

const dk_action dk_action_demo = {
    .name = "demo",
    .args = "[DATA CFG [WEIGHTS]] [SOURCE]",
    .help = "find, follow and name faces: of a camera, a film, a stream, pictures",
    .more =
        "Without DATA and CFG: cfg/emotion.data and cfg/mobilenet.cfg. Without WEIGHTS (a word that ends in\n"
        ".weights): weights/emotion.weights for that cfg, else the newest <cfg>_best.weights in the "
        "`backup`\n"
        "folder of DATA. SOURCE is a camera's number or device (default: 0), a film, an address (rtsp://,\n"
        "http://), a picture or a folder of pictures. A picture without a face is named whole.\n"
        "Keys of the window: q quit, space pause, s snapshot, r record, m mirror, b bars, p pixelate faces,\n"
        "h help. -dont_show, and a machine without a display, do without the window; without any output the\n"
        "answers are printed. -out writes a film (.mp4, .m4v, .mov, .mkv, .webm, .avi) or, of\n"
        "one picture, a picture (.png, .jpg); .mp4 is what browsers play.\n"
        "-json writes {frame, time, faces [{id, x, y, w, h, label, probability, scores}]}.\n"
        "-http serves a page with the picture, the scores of every face and the last minute: docs/http.md. A "
        "film\n"
        "is then played at its own pace.\n"
        "Nothing leaves the machine unless you ask (-http ADDRESS:PORT), and no frame is kept unless you "
        "ask.\n",
    .min = 0,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
