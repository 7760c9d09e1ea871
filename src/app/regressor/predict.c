/* `regressor predict`: the values of each picture under their names, as lines or as JSON. */
#include "app/say.h"
#include "app/task/asked.h"
#include "base/clock.h"

typedef struct {
    int json;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag_table tables[] = {
    {.rows = dk_flags_json, .at = AT(json)}, {.rows = dk_flags_task, .at = AT(model)}, {0}};

static dk_status answer(void *user, const char *path, const dk_image *image, dk_error *err) {
    dk_asked *const a = user;
    const int outputs = a->data->conf.outputs;
    const double start = dk_clock_now();
    DK_TRY(dk_predictor_run(a->predictor, &image, 1, a->answers, err));
    dk_asked_begin(a, path, image, 1e3 * (dk_clock_now() - start));
    if (!a->as_json) {
        for (int i = 0; i < outputs; i++) {
            dk_say("%s: %f\n", a->data->names[i], (double)a->answers[i]);
        }
        return DK_OK;
    }
    dk_json_open(&a->json, "values", '[');
    for (int i = 0; i < outputs; i++) {
        dk_asked_named(&a->json, a->data->names[i], "value", (double)a->answers[i]);
    }
    dk_json_close(&a->json, ']');
    dk_json_close(&a->json, '}');
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    dk_asked a = {.call = call, .flags = &f->model, .as_json = f->json, .answer = answer, .user = &a};
    return dk_asked_run(&a, err);
}

const dk_action dk_action_predict_values = {
    .name = "predict",
    .args = "DATA CFG WEIGHTS [PICTURE_OR_FOLDER ...]",
    .help = "tell the values that pictures show; without one, paths are read from stdin",
    .more = "-json prints one array: {file, width, height, milliseconds, values [{name, value}]}.\n",
    .min = 3,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
