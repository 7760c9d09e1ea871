/* `classifier predict`: the k best names of each picture, as AlexeyAB's Darknet prints them, or as JSON.
 * Pictures come from the line (files and folders) or, when it names none, one path a line from stdin. One
 * that cannot be read is reported, the others go on, and the exit code is 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/task/asked.h"
#include "app/say.h"
#include "app/setup.h"
#include "app/classifier/sidecar.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "live/still.h"
#include "run/evaluate.h"
#include "run/metrics.h"
#include "run/predict.h"

typedef struct {
    int json, faces, top, dont_show;
    dk_face_flags face;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"},
    {"faces", DK_FLAG_SWITCH, AT(faces), .help = "find the faces in each picture and name those"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own},
                                       {.rows = dk_flags_top, .at = AT(top)},
                                       {.rows = dk_flags_faces, .at = AT(face)},
                                       {.rows = dk_flags_model, .at = AT(model)},
                                       {.rows = dk_flags_window, .at = AT(dont_show)},
                                       {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_data *data;
    dk_predictor *predictor; /* NULL with -faces */
    dk_still still;          /* with -faces */
    float *scores;           /* one picture */
    int *best;               /* k indices */
    int k;
    double temperature;
    dk_buffer text; /* of json */
    dk_json json;   /* an array of pictures; out NULL: lines of text instead */
} work;

static void print_best(const work *w) {
    for (int i = 0; i < w->k; i++) {
        dk_say("%s: %f\n", w->data->names[w->best[i]], (double)w->scores[w->best[i]]);
    }
}

/* The k best of w->best. */
static void add_predictions(work *w) {
    dk_json *j = &w->json;
    dk_json_open(j, "predictions", '[');
    for (int i = 0; i < w->k; i++) {
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "name", w->data->names[w->best[i]]);
        dk_json_float(j, "probability", (double)w->scores[w->best[i]], DK_JSON_FLOAT);
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
}

/* Opens the object of a picture. */
static void begin_picture(work *w, const char *path, const dk_image *image, double milliseconds) {
    dk_json *j = &w->json;
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "file", path);
    dk_json_int(j, "width", image->w);
    dk_json_int(j, "height", image->h);
    dk_json_float(j, "milliseconds", milliseconds, DK_JSON_FLOAT);
}

static dk_status answer_whole(work *w, const char *path, const dk_image *image, dk_error *err) {
    const double start = dk_clock_now();
    DK_TRY(dk_predictor_run(w->predictor, &image, 1, w->scores, err));
    const double milliseconds = 1e3 * (dk_clock_now() - start);
    dk_top_k(w->scores, w->data->conf.classes, w->k, w->best);
    if (w->json.out) {
        begin_picture(w, path, image, milliseconds);
        add_predictions(w);
        dk_json_close(&w->json, '}');
    } else {
        dk_say("%s: Predicted in %lf milli-seconds.\n", path, milliseconds);
        print_best(w);
    }
    return DK_OK;
}

/* ---- -faces ---- */

static void print_face(const work *w, const dk_face *f) {
    if (f->whole) {
        dk_say("no face; the whole picture:\n");
    } else {
        dk_say("face %d at %.0f,%.0f of %.0fx%.0f%s%s\n", f->id, (double)f->box.x, (double)f->box.y,
               (double)f->box.w, (double)f->box.h, f->note ? ": " : ":", f->note ? f->note : "");
    }
    if (f->scores) {
        print_best(w);
    }
}

static void add_face(work *w, const dk_face *f) {
    dk_json *j = &w->json;
    const float sides[] = {f->box.x, f->box.y, f->box.w, f->box.h};
    const char *const names[] = {"x", "y", "w", "h"};
    dk_json_open(j, NULL, '{');
    for (int i = 0; i < 4; i++) {
        dk_json_float(j, names[i], (double)sides[i], DK_JSON_FLOAT);
    }
    if (f->whole) {
        dk_json_bool(j, "whole", true);
    }
    if (f->note) {
        dk_json_text(j, "note", f->note);
    } else {
        add_predictions(w);
    }
    dk_json_close(j, '}');
}

static dk_status answer_faces(work *w, const char *path, const dk_image *image, dk_error *err) {
    const double start = dk_clock_now();
    const size_t classes = (size_t)w->data->conf.classes;
    DK_TRY(dk_still_run(&w->still, image, err));
    const double milliseconds = 1e3 * (dk_clock_now() - start);
    const bool json = w->json.out != NULL;
    if (json) {
        begin_picture(w, path, image, milliseconds);
        dk_json_open(&w->json, "faces", '[');
    } else {
        dk_say("%s: Predicted in %lf milli-seconds.\n", path, milliseconds);
    }
    for (int i = 0; i < w->still.count; i++) {
        const dk_face *f = &w->still.faces[i];
        if (f->scores) {
            memcpy(w->scores, f->scores, classes * sizeof *w->scores);
            dk_top_k(w->scores, w->data->conf.classes, w->k, w->best);
        }
        if (json) {
            add_face(w, f);
        } else {
            print_face(w, f);
        }
    }
    if (json) {
        dk_json_close(&w->json, ']');
        dk_json_close(&w->json, '}');
    }
    return DK_OK;
}

static dk_status answer(void *user, const char *path, const dk_image *image, dk_error *err) {
    work *w = user;
    return (w->flags->faces ? answer_faces : answer_whole)(w, path, image, err);
}

static dk_status open_net(work *w, const dk_model_options *options, dk_error *err) {
    if (w->flags->faces) {
        const dk_detector_conf detector = dk_setup_detector(&w->flags->face);
        DK_TRY(
            dk_still_open(&w->still, &detector, options, w->temperature, (float)w->flags->face.margin, err));
        return dk_data_fits(w->data, w->still.classifier->model.net, err);
    }
    DK_TRY(dk_predictor_open(&w->predictor, options, 0, w->temperature, err));
    DK_TRY(dk_data_fits(w->data, w->predictor->model.net, err));
    return dk_predictor_warm(w->predictor, err);
}

static dk_status open_work(work *w, const dk_call *call, dk_error *err) {
    const dk_model_options options = dk_setup_model(call, &w->flags->model, call->args[1], call->args[2]);
    DK_TRY(dk_setup_data(&w->data, call, &w->flags->model, call->args[0], err));
    DK_TRY(dk_sidecar_temperature(&w->temperature, call, call->args[2], err));
    DK_TRY(open_net(w, &options, err));
    const size_t classes = (size_t)w->data->conf.classes;
    const bool all = w->flags->json && w->flags->top == 0; /* programs want every score */
    w->k = all ? w->data->conf.classes : dk_setup_top(w->flags->top, w->data);
    w->scores = dk_arena_alloc(call->arena, classes * sizeof *w->scores);
    w->best = dk_arena_alloc(call->arena, classes * sizeof *w->best);
    if (!w->scores || !w->best) {
        return dk_no_memory(err, classes * sizeof *w->scores, "the answers");
    }
    if (w->flags->json) {
        w->json = (dk_json){.out = &w->text, .lines = true};
        dk_json_open(&w->json, NULL, '[');
    }
    return DK_OK;
}

static dk_status predict_all(work *w, dk_error *err) {
    const dk_call *call = w->call;
    dk_asked asked = {.call = call, .first = 3, .prompts = !w->flags->json, .answer = answer, .user = w};
    DK_TRY(open_work(w, call, err));
    DK_TRY(dk_asked_run(&asked, err));
    if (w->json.out) {
        dk_json_close(&w->json, ']');
        DK_TRY(dk_json_print(&w->text, err));
    }
    return dk_asked_end(&asked, err);
}

static dk_status run(const dk_call *call, dk_error *err) {
    work w = {.call = call, .flags = call->flags};
    const dk_status status = predict_all(&w, err);
    dk_buffer_free(&w.text);
    dk_predictor_close(w.predictor);
    dk_still_close(&w.still);
    dk_data_close(w.data);
    return status;
}

const dk_action dk_action_predict = {
    .name = "predict",
    .args = "DATA CFG WEIGHTS [PICTURE_OR_FOLDER ...]",
    .help = "name what pictures show; without one, paths are read from stdin",
    .more =
        "-json prints one array: {file, width, height, milliseconds, predictions [{name, probability}]}, "
        "with all\n"
        "classes unless -t says how many. With -faces, the faces of each picture are found and named (a "
        "picture "
        "without\n"
        "one is named whole), and the objects are {file, width, height, milliseconds, faces [{x, y, w, h, "
        "predictions}]}.\n",
    .min = 3,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
