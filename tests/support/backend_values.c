/* The values of a case: drawn from streams keyed by the seed, equal for every engine. */
#include "support/backend_run.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/rng.h"

static values room(size_t count) {
    float *at = calloc(count + 1, sizeof *at);
    assert(at != NULL);
    return (values){count, at};
}

static values uniform(size_t count, dk_rng *rng, float low, float high) {
    values v = room(count);
    for (size_t i = 0; i < count; i++) {
        v.at[i] = dk_rng_uniform(rng, low, high);
    }
    return v;
}

/* Each run of `run` values is a shuffled ladder with rungs .1 apart, so that none is near another. */
static values ladder(size_t count, size_t run, dk_rng *rng) {
    values v = room(count);
    uint32_t *order = calloc(run, sizeof *order);
    assert(order != NULL);
    for (size_t i = 0; i < count; i++) {
        if (i % run == 0) {
            dk_rng_shuffle(rng, order, (uint32_t)run);
        }
        v.at[i] = .1f * ((float)order[i % run] - (float)run / 2);
    }
    free(order);
    return v;
}

static bool has_norm(const dk_plan_desc *d) {
    return d->op == DK_OP_NORM || (d->op == DK_OP_CONV && d->u.conv.norm) ||
           (d->op == DK_OP_DENSE && d->u.dense.norm);
}

static size_t weights_of(const backend_case *c) {
    switch (c->desc.op) {
    case DK_OP_CONV:
        return (size_t)(c->y.c * (c->x[0].c / c->desc.u.conv.groups) * c->desc.u.conv.kh * c->desc.u.conv.kw);
    case DK_OP_DENSE:
        return dk_shape_each(c->x[0]) * (size_t)c->y.c;
    default:
        return 0;
    }
}

void case_values_open(case_values *v, const backend_case *c, uint64_t seed) {
    dk_rng rng = dk_rng_key(seed, 0, 0, DK_RNG_TEST);
    const size_t weights = weights_of(c), channels = (size_t)c->y.c;
    const size_t biases = weights > 0 || has_norm(&c->desc) ? channels : 0;
    const size_t scales = has_norm(&c->desc) ? channels : 0;
    const float spread = c->spread > 0 ? c->spread : 1;
    *v = (case_values){.scale = .37f, .key = seed + 77};
    for (int i = 0; i < (c->inputs > 0 ? c->inputs : 1); i++) {
        const size_t count = dk_shape_count(c->x[i]);
        v->x[i] = c->desc.op == DK_OP_POOL ? ladder(count, (size_t)(c->x[i].h * c->x[i].w), &rng)
                                           : uniform(count, &rng, -spread, spread);
        v->dx[i] = room(count);
    }
    const size_t counts[CASE_WEIGHTS] = {weights, biases, scales, scales, scales};
    const float low[] = {-1, -1, .5f, -.5f, .5f}, high[] = {1, 1, 1.5f, .5f, 1.5f};
    for (int i = 0; i < CASE_WEIGHTS; i++) {
        v->w[i] = uniform(counts[i], &rng, low[i], high[i]);
        v->dw[i] = room(i < 3 ? counts[i] : 0);
    }
    v->rolled[0] = room(scales);
    v->rolled[1] = room(scales);
    v->y = room(dk_shape_count(c->y));
    v->dy = uniform(v->y.count, &rng, -1, 1);
    v->loss = room((size_t)c->y.n);
    v->truth = uniform(v->y.count, &rng, 0, 1);
    for (size_t i = 0; c->desc.op == DK_OP_LOSS && i < v->truth.count; i++) {
        /* x − t is an odd multiple of .1: never near the ±1 where SMOOTH bends */
        v->truth.at[i] = v->x[0].at[i] - .1f * (float)(2 * (int)dk_rng_below(&rng, 20) - 19);
    }
}

static void round_all(values v) {
    for (size_t i = 0; i < v.count; i++) {
        v.at[i] = dk_bf16_value(dk_bf16_of(v.at[i]));
    }
}

void case_values_round(case_values *v) {
    for (int i = 0; i < CASE_INPUTS; i++) {
        round_all(v->x[i]);
    }
    round_all(v->w[0]);
    round_all(v->dy);
}

void case_values_close(case_values *v) {
    for (int i = 0; i < CASE_INPUTS; i++) {
        free(v->x[i].at);
        free(v->dx[i].at);
    }
    for (int i = 0; i < CASE_WEIGHTS; i++) {
        free(v->w[i].at);
        free(v->dw[i].at);
    }
    free(v->rolled[0].at);
    free(v->rolled[1].at);
    free(v->y.at);
    free(v->dy.at);
    free(v->loss.at);
    free(v->truth.at);
}

/* Where the slope of the activation jumps, or its own slope does. */
static bool near_kink(dk_act act, float z) {
    static const float kinks[] = {-3, -2, -1, 0, 1, 3, 6};
    switch (act) {
    case DK_ACT_LINEAR:
    case DK_ACT_LOGISTIC:
    case DK_ACT_TANH:
    case DK_ACT_SWISH:
    case DK_ACT_MISH:
    case DK_ACT_GELU:
    case DK_ACT_LOGGY:
        return false;
    default:
        for (size_t i = 0; i < sizeof kinks / sizeof kinks[0]; i++) {
            if (fabsf(z - kinks[i]) < .15f) {
                return true;
            }
        }
        return false;
    }
}

dk_status case_avoid_kinks(case_values *v, const backend_case *c, dk_backend *ref, dk_error *err) {
    backend_case plain = *c;
    case_run *r = NULL;
    plain.desc.act = DK_ACT_LINEAR;
    dk_status status = case_open(&r, ref, &plain, &(case_options){.train = true}, err);
    if (status == DK_OK) {
        status = case_forward(r, v, err);
    }
    for (size_t i = 0; status == DK_OK && i < v->y.count; i++) {
        v->dy.at[i] = near_kink(c->desc.act, v->y.at[i]) ? 0 : v->dy.at[i];
    }
    case_close(r);
    return status;
}
