/* Prediction: image → preprocessing → forward → scores, a batch at a time. A last batch that is not full is
 * filled with zeros; layers do not mix pictures when predicting. */
#include "run/predict.h"

#include <stdlib.h>
#include <string.h>

#include "image/warp.h"

static dk_status open_parts(dk_predictor *p, const dk_model_options *o, dk_error *err) {
    dk_model_options options = *o;
    options.build.n = o->build.n > 0 ? o->build.n : 1;
    options.build.train = false;
    DK_TRY(dk_model_open(&p->model, &options, err));
    p->batch = options.build.n;
    p->inputs = dk_net_inputs(p->model.net);
    p->outputs = dk_net_outputs(p->model.net);
    p->pixels = calloc((size_t)p->batch * p->inputs, sizeof *p->pixels);
    p->answers = calloc((size_t)p->batch * p->outputs, sizeof *p->answers);
    if (p->pixels == NULL || p->answers == NULL) {
        return dk_no_memory(err, (size_t)p->batch * (p->inputs + p->outputs) * sizeof(float),
                            "a batch of pictures");
    }
    return DK_OK;
}

dk_status dk_predictor_open(dk_predictor **out, const dk_model_options *o, dk_error *err) {
    dk_predictor *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p == NULL) {
        return dk_no_memory(err, sizeof *p, "the predictor");
    }
    const dk_status status = open_parts(p, o, err);
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
    dk_model_close(&p->model);
    free(p->pixels);
    free(p->answers);
    free(p);
}

/* Up to `batch` pictures. */
static dk_status run_part(dk_predictor *p, const dk_image *const *images, size_t count, float *scores,
                          dk_error *err) {
    const dk_shape s = p->model.net->input.shape;
    const dk_input_conf *input = &p->model.settings.input;
    for (size_t i = 0; i < count; i++) {
        DK_TRY(dk_image_input(images[i], input, s.c, s.h, s.w, p->pixels + i * p->inputs, err));
    }
    memset(p->pixels + count * p->inputs, 0, ((size_t)p->batch - count) * p->inputs * sizeof *p->pixels);
    DK_TRY(dk_net_forward(p->model.net, p->pixels, NULL, 0, err));
    DK_TRY(dk_net_answers(p->model.net, p->answers, err));
    DK_TRY(dk_net_check_answers(p->model.net, p->answers, count * p->outputs, err));
    memcpy(scores, p->answers, count * p->outputs * sizeof *scores);
    return DK_OK;
}

dk_status dk_predictor_run(dk_predictor *p, const dk_image *const *images, size_t count, float *scores,
                           dk_error *err) {
    const size_t batch = (size_t)p->batch;
    for (size_t i = 0; i < count; i += batch) {
        const size_t part = count - i < batch ? count - i : batch;
        DK_TRY(run_part(p, images + i, part, scores + i * p->outputs, err));
    }
    return DK_OK;
}
