/* Runs one operation on one engine: values in plain host memory go in, outputs and gradients come out, so
 * that tests know neither layouts nor plans. Any failure of the engine is a status with its text. */
#ifndef TESTS_SUPPORT_BACKEND_RUN_H
#define TESTS_SUPPORT_BACKEND_RUN_H

#include "backend/backend.h"

enum { CASE_INPUTS = 3, CASE_WEIGHTS = 5 };

/* An operation to try. desc: op, act and u; the rest is filled in by the run. */
typedef struct {
    const char *name;
    dk_plan_desc desc;
    int inputs; /* 0: 1 */
    dk_shape x[CASE_INPUTS], y;
    float spread; /* inputs are drawn from ±spread; 0: ±1 */
} backend_case;

typedef struct {
    size_t count; /* 0: the operation has no such thing */
    float *at;
} values;

/* Everything of one run in plain NCHW. w and dw: weights, biases, scales, mean, variance as in dk_weights. */
typedef struct {
    values x[CASE_INPUTS], w[CASE_WEIGHTS], truth, dy; /* in */
    values y, loss, dx[CASE_INPUTS], dw[CASE_WEIGHTS]; /* out */
    values rolled[2];                                  /* out: rolling mean and variance */
    float scale;                                       /* of the loss */
    uint64_t key;                                      /* of dropout */
} case_values;

/* Values keyed by seed: no two inputs of a largest-of-window are near each other, no truth is near a kink of
 * the loss. */
void case_values_open(case_values *v, const backend_case *c, uint64_t seed);
void case_values_close(case_values *v);

/* Inputs, weights and dy to numbers that bf16 holds exactly, so that what differs afterwards was computed. */
void case_values_round(case_values *v);

typedef struct {
    bool train;
    bool own_layout; /* inputs arrive in the engine's layout, out of a convolution that copies; else plain */
    bool frozen;     /* no dw is asked for */
    bool without_dx; /* no dx is asked for */
    dk_precision precision;
} case_options;

typedef struct case_run case_run;
dk_status case_open(case_run **out, dk_backend *be, const backend_case *c, const case_options *o,
                    dk_error *err);
void case_close(case_run *r);
dk_status case_forward(case_run *r, case_values *v, dk_error *err);
dk_status case_backward(case_run *r, case_values *v, dk_error *err); /* after a forward of the same values */

/* What runs it: dk_plan.impl. */
const char *case_impl(const case_run *r);

/* Sets dy to 0 where a step of the sums before the activation could cross one of its kinks. `ref` is asked.
 */
dk_status case_avoid_kinks(case_values *v, const backend_case *c, dk_backend *ref, dk_error *err);

#endif
