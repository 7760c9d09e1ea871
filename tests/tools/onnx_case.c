/* What an exported model must answer: onnx_case CFG CASE [KEY=VALUE ...] writes random weights for the network (or takes
 * CASE.weights, when they are there), a random picture and its answers:
 *   CASE.weights; CASE.x.f32, the picture's planes of 0..255; CASE.n.f32, what the network makes of it;
 *   CASE.y.txt, all answers, one a line. KEY=VALUE are keys of [net]. Prints "channels height width" of the network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/memory.h"
#include "base/file.h"
#include "base/rng.h"
#include "image/image.h"
#include "image/warp.h"
#include "net/weights.h"
#include "run/model.h"

static dk_error err;

static void must(dk_status status) {
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
}

/* Weights keep the size of what goes through the layers; statistics and scales are other than those of a fresh net. */
static void draw(dk_net *net, const dk_layer *l) {
    for (int i = 0; i < l->param_count; i++) {
        const dk_param *p = &l->params[i];
        float *v = malloc(p->count * sizeof *v);
        const bool weights = strcmp(p->name, "weights") == 0;
        const bool positive = strcmp(p->name, "scales") == 0 || (p->flags & DK_POSITIVE);
        const float gain = weights ? 1.2F * p->spread : .4F;
        dk_rng rng = dk_rng_key(11, (uint64_t)l->index, (uint64_t)i, DK_RNG_TEST);
        for (size_t k = 0; v && k < p->count; k++) {
            v[k] = positive ? dk_rng_uniform(&rng, .6F, 1.4F) : dk_rng_uniform(&rng, -gain, gain);
        }
        must(dk_span_write(net->backend, *p->slot, v, p->count, &err));
        free(v);
    }
}

static void write_floats(const char *name, const char *end, const float *values, size_t count) {
    char path[4096];
    snprintf(path, sizeof path, "%s%s", name, end);
    must(dk_file_write(path, values, count * sizeof *values, &err));
}

static float *draw_picture(const dk_model *m, const char *name) {
    const dk_shape s = m->net->input.shape;
    const size_t cells = (size_t)s.h * (size_t)s.w, inputs = dk_net_inputs(m->net);
    float *planes = malloc(3 * cells * sizeof *planes), *input = malloc(inputs * sizeof *input);
    dk_image *image = NULL;
    dk_rng rng = dk_rng_key(12, 0, 0, DK_RNG_TEST);
    must(dk_image_new(&image, s.w, s.h, 3, &err));
    for (size_t i = 0; i < 3 * cells; i++) {
        image->pixels[i] = (uint8_t)dk_rng_below(&rng, 256);
        planes[i % 3 * cells + i / 3] = (float)image->pixels[i];
    }
    must(dk_image_input(image, &m->settings.input, s.c, s.h, s.w, input, &err));
    write_floats(name, ".x.f32", planes, 3 * cells);
    write_floats(name, ".n.f32", input, inputs);
    dk_image_free(image);
    free(planes);
    return input;
}

static void write_answers(dk_net *net, const char *name, const float *input) {
    dk_buffer text = {0};
    char path[4096];
    const size_t count = dk_net_outputs(net);
    float *answers = malloc(count * sizeof *answers);
    must(dk_net_forward(net, input, NULL, 0, &err));
    must(dk_net_answers(net, answers, &err));
    for (size_t i = 0; i < count; i++) {
        dk_buffer_add(&text, "%.9g\n", (double)answers[i]);
    }
    snprintf(path, sizeof path, "%s.y.txt", name);
    must(dk_file_write(path, text.text, text.size, &err));
    dk_buffer_free(&text);
    free(answers);
}

int main(int argc, char **argv) {
    dk_model m;
    char weights[4096];
    if (argc < 3) {
        fprintf(stderr, "usage: onnx_case CFG CASE [KEY=VALUE ...]\n");
        return 2;
    }
    snprintf(weights, sizeof weights, "%s.weights", argv[2]);
    const bool there = dk_path_exists(weights);
    const dk_model_options options = {.cfg = argv[1],
                                      .weights = there ? weights : NULL,
                                      .backend = "ref",
                                      .threads = 1,
                                      .set = (const char *const *)argv + 3,
                                      .build = {.n = 1}};
    must(dk_model_open(&m, &options, &err));
    for (int i = 0; !there && i < m.net->count; i++) {
        draw(m.net, &m.net->layers[i]);
    }
    m.net->params->version++;
    if (!there) {
        must(dk_weights_save(m.net, weights, 0, -1, &err));
    }
    float *input = draw_picture(&m, argv[2]);
    write_answers(m.net, argv[2], input);
    free(input);
    const dk_shape s = m.net->input.shape;
    printf("%d %d %d\n", s.c, s.h, s.w);
    dk_model_close(&m);
    return 0;
}
