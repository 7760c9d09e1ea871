/* Twins by size of batch, preprocessing, forward, temperature. */
#include "live/classify.h"

#include <stdlib.h>

#include "image/warp.h"
#include "run/calibrate.h"

static dk_status open_parts(dk_classifier *c, const dk_model_options *o, dk_error *err) {
    dk_model_options options = *o;
    options.build.n = 1;
    options.build.train = false;
    DK_TRY(dk_model_open(&c->model, &options, err));
    c->inputs = dk_net_inputs(c->model.net);
    c->outputs = dk_net_outputs(c->model.net);
    c->pixels = calloc(DK_FACES_A_BATCH * c->inputs, sizeof *c->pixels);
    if (c->pixels == NULL) {
        return dk_no_memory(err, DK_FACES_A_BATCH * c->inputs * sizeof *c->pixels, "a batch of faces");
    }
    return dk_net_forward(c->model.net, c->pixels, NULL, 0,
                          err); /* the engine packs weights in the first run */
}

dk_status dk_classifier_open(dk_classifier **out, const dk_model_options *options, double temperature,
                             dk_error *err) {
    dk_classifier *c = calloc(1, sizeof *c);
    *out = NULL;
    if (c == NULL) {
        return dk_no_memory(err, sizeof *c, "the classifier");
    }
    c->temperature = temperature;
    const dk_status status = open_parts(c, options, err);
    if (status != DK_OK) {
        dk_classifier_close(c);
        return status;
    }
    *out = c;
    return DK_OK;
}

void dk_classifier_close(dk_classifier *c) {
    if (c == NULL) {
        return;
    }
    for (int n = 0; n <= DK_FACES_A_BATCH; n++) {
        dk_net_free(c->twins[n]);
    }
    dk_model_close(&c->model);
    free(c->pixels);
    free(c);
}

static dk_status net_of(dk_classifier *c, int n, dk_net **net, dk_error *err) {
    if (n > 1 && c->twins[n] == NULL) {
        dk_net_build_options options = c->model.net->options;
        options.n = n;
        DK_TRY(dk_net_twin(&c->twins[n], c->model.net, &options, err));
    }
    *net = n > 1 ? c->twins[n] : c->model.net;
    return DK_OK;
}

static dk_status run_batch(dk_classifier *c, const dk_image *const *images, int n, float *scores,
                           dk_error *err) {
    const dk_shape s = c->model.net->input.shape;
    dk_net *net = NULL;
    DK_TRY(net_of(c, n, &net, err));
    for (int i = 0; i < n; i++) {
        DK_TRY(dk_image_input(images[i], &c->model.settings.input, s.c, s.h, s.w,
                              c->pixels + (size_t)i * c->inputs, err));
    }
    DK_TRY(dk_net_forward(net, c->pixels, NULL, 0, err));
    DK_TRY(dk_net_answers(net, scores, err));
    DK_TRY(dk_net_check_answers(net, scores, (size_t)n * c->outputs, err));
    for (int i = 0; i < n && c->temperature != 1; i++) {
        dk_temperature_apply(scores + (size_t)i * c->outputs, (int)c->outputs, c->temperature);
    }
    return DK_OK;
}

dk_status dk_classifier_run(dk_classifier *c, const dk_image *const *images, int count, float *scores,
                            dk_error *err) {
    for (int i = 0; i < count; i += DK_FACES_A_BATCH) {
        const int n = count - i < DK_FACES_A_BATCH ? count - i : DK_FACES_A_BATCH;
        DK_TRY(run_batch(c, images + i, n, scores + (size_t)i * c->outputs, err));
    }
    return DK_OK;
}
