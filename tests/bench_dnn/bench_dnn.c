/* One picture through a network of ours and through OpenCV's dnn, in turns: rounds of some passes each, of which the median
 * counts. That both are the same network is seen from their answers, which are compared sorted, since layouts differ.
 * Usage: bench_dnn CFG WEIGHTS MODEL.onnx [THREADS]        (all threads up to that: 1, 2, 4 …) */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "bench_dnn/peer.h"
#include "run/model.h"

#include <time.h>

enum { ROUNDS = 5, WARM = 5, PASSES = 40 };

typedef struct {
    dk_model model;
    peer *peer;
    int threads;
    float *planes, *ours, *theirs;
    size_t count;
} pair;

static double milliseconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static dk_status run_ours(pair *p, dk_error *err) {
    DK_TRY(dk_net_forward(p->model.net, p->planes, NULL, 0, err));
    return dk_net_answers(p->model.net, p->ours, err);
}

static dk_status run_theirs(pair *p, dk_error *err) {
    const size_t count = peer_run(p->peer, p->threads, p->planes, p->theirs, p->count);
    return count == p->count
               ? DK_OK
               : dk_fail(err, DK_ESHAPE, "OpenCV's network gives %zu answers, ours %zu", count, p->count);
}

/* Milliseconds of a pass. */
static dk_status time_passes(pair *p, dk_status (*run)(pair *, dk_error *), double *out, dk_error *err) {
    double start = 0;
    for (int i = 0; i < WARM + PASSES; i++) {
        start = i == WARM ? milliseconds() : start;
        DK_TRY(run(p, err));
    }
    *out = (milliseconds() - start) / PASSES;
    return DK_OK;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int floats_by_value(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float difference(pair *p) {
    float most = 0;
    qsort(p->ours, p->count, sizeof *p->ours, floats_by_value);
    qsort(p->theirs, p->count, sizeof *p->theirs, floats_by_value);
    for (size_t i = 0; i < p->count; i++) {
        most = fmaxf(most, fabsf(p->ours[i] - p->theirs[i]));
    }
    return most;
}

static dk_status measure(pair *p, dk_error *err) {
    double ours[ROUNDS], theirs[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        DK_TRY(time_passes(p, run_ours, &ours[i], err));
        DK_TRY(time_passes(p, run_theirs, &theirs[i], err));
    }
    qsort(ours, ROUNDS, sizeof *ours, by_value);
    qsort(theirs, ROUNDS, sizeof *theirs, by_value);
    const dk_shape s = p->model.net->input.shape;
    printf("%dx%d, %d thread%s: ours %.2f ms (%.2f to %.2f), OpenCV %s dnn %.2f ms (%.2f to %.2f); %zu "
           "answers differ by "
           "%.1g\n",
           s.w, s.h, p->threads, p->threads == 1 ? "" : "s", ours[ROUNDS / 2], ours[0], ours[ROUNDS - 1],
           peer_version(), theirs[ROUNDS / 2], theirs[0], theirs[ROUNDS - 1], p->count,
           (double)difference(p));
    return DK_OK;
}

static dk_status open_pair(pair *p, char **argv, dk_error *err) {
    const dk_model_options options = {
        .cfg = argv[1], .weights = argv[2], .threads = p->threads, .build = {.n = 1}};
    DK_TRY(dk_model_open(&p->model, &options, err));
    const dk_shape s = p->model.net->input.shape;
    const size_t inputs = dk_net_inputs(p->model.net);
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    p->count = dk_net_outputs(p->model.net);
    p->planes = calloc(inputs, sizeof *p->planes);
    p->ours = calloc(2 * p->count, sizeof *p->ours);
    p->peer = peer_open(argv[3], s.c, s.h, s.w);
    if (!p->planes || !p->ours || !p->peer) {
        return dk_fail(err, DK_ENOMEM, "the two networks cannot be opened");
    }
    p->theirs = p->ours + p->count;
    for (size_t i = 0; i < inputs; i++) {
        p->planes[i] = (float)dk_rng_below(&rng, 256);
    }
    return DK_OK;
}

static dk_status run_pair(int threads, char **argv, dk_error *err) {
    pair p = {.threads = threads};
    dk_status status = open_pair(&p, argv, err);
    if (status == DK_OK) {
        status = measure(&p, err);
    }
    peer_close(p.peer);
    dk_model_close(&p.model);
    free(p.planes);
    free(p.ours);
    return status;
}

int main(int argc, char **argv) {
    dk_error err = {0};
    dk_status status = DK_OK;
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: bench_dnn CFG WEIGHTS MODEL.onnx [THREADS]\n");
        return 2;
    }
    const long most = argc == 5 ? strtol(argv[4], NULL, 10) : 1;
    for (int threads = 1; threads <= most && status == DK_OK; threads *= 2) {
        status = run_pair(threads, argv, &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    return status != DK_OK;
}
