/* `classifier predict`: the k best names of each picture, as AlexeyAB's Darknet prints them, or as JSON; with
 * -faces those of each face. */
#include "app/classifier/answer.h"
#include "app/classifier/sidecar.h"
#include "app/say.h"
#include "app/task/asked.h"
#include "base/clock.h"
#include "run/metrics.h"
#include "run/task.h"

typedef struct {
    int json, faces, top;
    dk_face_flags face;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"faces", DK_FLAG_SWITCH, AT(faces), .help = "find the faces in each picture and name those"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = dk_flags_json, .at = AT(json)},  {.rows = own},
    {.rows = dk_flags_top, .at = AT(top)},    {.rows = dk_flags_faces, .at = AT(face)},
    {.rows = dk_flags_task, .at = AT(model)}, {0}};

typedef struct {
    dk_asked asked;
    dk_still still; /* with -faces, in place of the predictor */
    int *best;      /* k indices */
    int k;
} work;

static void print_best(const work *w, const float *scores) {
    const dk_data *const data = w->asked.data;
    dk_top_k(scores, data->conf.classes, w->k, w->best);
    for (int i = 0; i < w->k; i++) {
        dk_say("%s: %f\n", data->names[w->best[i]], (double)scores[w->best[i]]);
    }
}

static dk_status answer_whole(void *user, const char *path, const dk_image *image, dk_error *err) {
    work *w = user;
    dk_asked *const a = &w->asked;
    const double start = dk_clock_now();
    DK_TRY(dk_predictor_run(a->predictor, &image, 1, a->answers, err));
    dk_asked_begin(a, path, image, 1e3 * (dk_clock_now() - start));
    if (a->as_json) {
        dk_answer_best(&a->json, a->data, a->answers, w->k, w->best);
        dk_json_close(&a->json, '}');
    } else {
        print_best(w, a->answers);
    }
    return DK_OK;
}

/* ---- -faces ---- */

static void print_face(work *w, const dk_face *f) {
    if (f->whole) {
        dk_say("no face; the whole picture:\n");
    } else {
        dk_say("face %d at %.0f,%.0f of %.0fx%.0f%s%s\n", f->id, (double)f->box.x, (double)f->box.y,
               (double)f->box.w, (double)f->box.h, f->note ? ": " : ":", f->note ? f->note : "");
    }
    if (f->scores) {
        print_best(w, f->scores);
    }
}

static dk_status answer_faces(void *user, const char *path, const dk_image *image, dk_error *err) {
    work *w = user;
    dk_asked *const a = &w->asked;
    const double start = dk_clock_now();
    DK_TRY(dk_still_run(&w->still, image, err));
    dk_asked_begin(a, path, image, 1e3 * (dk_clock_now() - start));
    if (a->as_json) {
        dk_answer_faces(&a->json, a->data, &w->still, w->k, w->best);
        dk_json_close(&a->json, '}');
        return DK_OK;
    }
    for (int i = 0; i < w->still.count; i++) {
        print_face(w, &w->still.faces[i]);
    }
    return DK_OK;
}

static dk_status open_faces(work *w, double temperature, dk_error *err) {
    const dk_call *call = w->asked.call;
    const flags *f = call->flags;
    const dk_model_options options = dk_setup_model(call, &f->model, call->args[1], call->args[2]);
    const dk_tta *tta = NULL;
    dk_finder_conf finder;
    DK_TRY(dk_setup_finder(&finder, call, &f->face, &f->model, err));
    DK_TRY(dk_setup_tta(&tta, &f->face, err));
    DK_TRY(dk_still_open(&w->still, &finder, &options, temperature, (float)f->face.margin, tta, err));
    return call->task->fits(w->asked.data, w->still.classifier->model.net, err);
}

static dk_status open_all(void *user, dk_error *err) {
    work *w = user;
    const dk_call *call = w->asked.call;
    const flags *f = call->flags;
    const int classes = w->asked.data->conf.classes;
    double temperature = 1;
    DK_TRY(dk_sidecar_temperature(&temperature, call, call->args[2], err));
    DK_TRY(f->faces ? open_faces(w, temperature, err) : dk_asked_net(&w->asked, temperature, err));
    w->k = f->json && f->top == 0 ? classes : dk_setup_top(f->top, w->asked.data); /* programs want all */
    w->best = dk_arena_alloc(call->arena, (size_t)classes * sizeof *w->best);
    return w->best != NULL ? DK_OK : dk_no_memory(err, (size_t)classes * sizeof *w->best, "the answers");
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    work w = {.asked = {.call = call,
                        .flags = &f->model,
                        .as_json = f->json,
                        .open = open_all,
                        .answer = f->faces ? answer_faces : answer_whole,
                        .user = &w}};
    const dk_status status = dk_asked_run(&w.asked, err);
    dk_still_close(&w.still);
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
