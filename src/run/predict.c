/* Prediction: image → preprocessing → forward → answers, a batch at a time. Layers do not mix pictures when
 * predicting. */
#include "run/predict.h"

#include <stdlib.h>
#include <string.h>

#include "image/warp.h"
#include "run/calibrate.h"

static dk_status open_parts(dk_predictor *p, const dk_model_options *o, int most, dk_error *err) {
    dk_model_options options = *o;
    options.build.n = o->build.n > 0 ? o->build.n : 1;
    options.build.train = false;
    DK_TRY(dk_model_open(&p->model, &options, err));
    p->batch = options.build.n;
    p->most = most > p->batch ? most : p->batch;
    p->inputs = dk_net_inputs(p->model.net);
    p->outputs = dk_net_outputs(p->model.net);
    p->twins = calloc((size_t)p->most + 1, sizeof *p->twins);
    p->pixels = calloc((size_t)p->most * p->inputs, sizeof *p->pixels);
    p->answers = calloc((size_t)p->most * p->outputs, sizeof *p->answers);
    if (p->twins == NULL || p->pixels == NULL || p->answers == NULL) {
        return dk_no_memory(err, (size_t)p->most * (p->inputs + p->outputs) * sizeof(float),
                            "a batch of pictures");
    }
    return DK_OK;
}

dk_status dk_predictor_open(dk_predictor **out, const dk_model_options *o, int most, double temperature,
                            dk_error *err) {
    dk_predictor *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p == NULL) {
        return dk_no_memory(err, sizeof *p, "the predictor");
    }
    p->temperature = temperature;
    const dk_status status = open_parts(p, o, most, err);
    if (status != DK_OK) {
        dk_predictor_close(p);
        return status;
    }
    *out = p;
    return DK_OK;
}

void dk_predictor_close(dk_predictor *p) {
    if (p == NULL) {
        return;
    }
    for (int n = 0; p->twins != NULL && n <= p->most; n++) {
        dk_net_free(p->twins[n]);
    }
    dk_model_close(&p->model);
    free(p->twins);
    free(p->pixels);
    free(p->answers);
    free(p);
}

dk_status dk_predictor_warm(dk_predictor *p, dk_error *err) {
    return dk_net_forward(p->model.net, p->pixels, NULL, 0, err);
}

/* The net for n pictures: of just as many where there may be several nets. */
static dk_status net_of(dk_predictor *p, int n, dk_net **net, dk_error *err) {
    const bool own = n == p->batch || p->most == p->batch;
    if (!own && p->twins[n] == NULL) {
        dk_net_build_options options = p->model.net->options;
        options.n = n;
        DK_TRY(dk_net_twin(&p->twins[n], p->model.net, &options, err));
    }
    *net = own ? p->model.net : p->twins[n];
    return DK_OK;
}

/* Pictures that are asked about, each in the views of `tta`: ask i is of picture i / views. */
typedef struct {
    const dk_image *const *images;
    const dk_tta *tta;
    int views;
} asks;

/* The asks first … first + count − 1, at most `most`; their answers into p->answers. */
static dk_status run_part(dk_predictor *p, const asks *a, int first, int count, dk_error *err) {
    const dk_shape s = p->model.net->input.shape;
    const size_t told = (size_t)count * p->outputs;
    dk_net *net = NULL;
    DK_TRY(net_of(p, count, &net, err));
    for (int i = 0; i < count; i++) {
        const dk_view *view = &a->tta->views[a->tta->first + (first + i) % a->views];
        DK_TRY(dk_image_view(a->images[(first + i) / a->views], view, &p->model.settings.input, s.c, s.h, s.w,
                             p->pixels + (size_t)i * p->inputs, err));
    }
    const int spare = net->options.n - count;
    memset(p->pixels + (size_t)count * p->inputs, 0, (size_t)spare * p->inputs * sizeof *p->pixels);
    DK_TRY(dk_net_forward(net, p->pixels, NULL, 0, err));
    DK_TRY(dk_net_answers(net, p->answers, err));
    DK_TRY(dk_net_check_answers(net, p->answers, told, err));
    for (size_t i = 0; i < told && p->temperature != 1; i += p->outputs) {
        dk_temperature_apply(p->answers + i, (int)p->outputs, p->temperature);
    }
    return DK_OK;
}

/* The views of a picture may be in several parts, so each answer adds its share of the mean. */
dk_status dk_predictor_views(dk_predictor *p, const dk_image *const *images, int count, const dk_tta *tta,
                             float *answers, dk_error *err) {
    const asks a = {images, tta, tta->count - tta->first};
    const int all = count * a.views;
    const float share = 1 / (float)a.views;
    memset(answers, 0, (size_t)count * p->outputs * sizeof *answers);
    for (int first = 0; first < all; first += p->most) {
        const int part = all - first < p->most ? all - first : p->most;
        DK_TRY(run_part(p, &a, first, part, err));
        for (int i = 0; i < part; i++) {
            float *to = answers + (size_t)((first + i) / a.views) * p->outputs;
            for (size_t k = 0; k < p->outputs; k++) {
                to[k] += share * p->answers[(size_t)i * p->outputs + k];
            }
        }
    }
    return DK_OK;
}

dk_status dk_predictor_run(dk_predictor *p, const dk_image *const *images, int count, float *answers,
                           dk_error *err) {
    return dk_predictor_views(p, images, count, &dk_tta_none, answers, err);
}
