/* The engine `ref` against mathematics: the gradients of every case by finite differences, and values
 * computed by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "unit/backend_cases.h"

static dk_backend *open_ref(void) {
    dk_backend *be = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_backend_open(&be, "ref", 1, &err), DK_OK, "%s", err.text);
    return be;
}

/* What the gradients are gradients of: Σ dy·y, or the weighted loss. Darknet's [cost] counts half of it. */
static double objective(case_run *r, const backend_case *c, case_values *v) {
    dk_error err = {0};
    double sum = 0;
    cr_assert_eq(case_forward(r, v, &err), DK_OK, "%s: %s", c->name, err.text);
    const bool softmax = c->desc.op == DK_OP_SOFTMAX && c->desc.u.softmax.loss;
    if (softmax || c->desc.op == DK_OP_LOSS) {
        for (size_t n = 0; n < v->loss.count; n++) {
            sum += v->loss.at[n];
        }
        return sum * v->scale * (softmax ? 1 : c->desc.u.loss.scale / 2);
    }
    for (size_t i = 0; i < v->y.count; i++) {
        sum += (double)v->dy.at[i] * v->y.at[i];
    }
    return sum;
}

/* dL/dvalue by the five-point rule: the error is of the order of step⁴. */
static double slope(case_run *r, const backend_case *c, case_values *v, float *value) {
    static const double weights[] = {1, -8, 0, 8, -1};
    const float step = 0x1p-6f, was = *value;
    double sum = 0;
    for (int i = 0; i < 5; i++) {
        *value = was + step * (float)(i - 2);
        sum += weights[i] == 0 ? 0 : weights[i] * objective(r, c, v);
    }
    *value = was;
    return sum / (12 * (double)step);
}

static void check_gradient(case_run *r, const backend_case *c, case_values *v, values x, values dx,
                           const char *name) {
    enum { MOST = 24 };
    dk_rng rng = dk_rng_key(3, 0, 0, DK_RNG_TEST);
    double largest = 0;
    for (size_t i = 0; i < dx.count; i++) {
        largest = fmax(largest, fabs(dx.at[i]));
    }
    for (size_t k = 0; k < x.count && k < MOST; k++) {
        const size_t i = x.count <= MOST ? k : dk_rng_below(&rng, (uint32_t)x.count);
        const double wanted = slope(r, c, v, &x.at[i]);
        cr_expect(fabs(dx.at[i] - wanted) <= 1e-3 * largest + 5e-4, "%s: d%s[%zu] is %g, should be %g",
                  c->name, name, i, (double)dx.at[i], wanted);
    }
}

static void check_case(dk_backend *be, const backend_case *c) {
    static const char *const names[] = {"weights", "biases", "scales"};
    dk_error err = {0};
    case_values v;
    case_run *r = NULL;
    case_values_open(&v, c, 1);
    cr_assert_eq(case_avoid_kinks(&v, c, be, &err), DK_OK, "%s: %s", c->name, err.text);
    cr_assert_eq(case_open(&r, be, c, &(case_options){.train = true}, &err), DK_OK, "%s: %s", c->name,
                 err.text);
    objective(r, c, &v);
    cr_assert_eq(case_backward(r, &v, &err), DK_OK, "%s: %s", c->name, err.text);
    for (int i = 0; i < CASE_INPUTS; i++) {
        check_gradient(r, c, &v, v.x[i], v.dx[i], i == 0 ? "x[0]" : i == 1 ? "x[1]" : "x[2]");
    }
    for (int i = 0; i < 3; i++) {
        check_gradient(r, c, &v, v.w[i], v.dw[i], names[i]);
    }
    case_close(r);
    case_values_close(&v);
}

static void check_op(dk_op op) {
    dk_backend *be = open_ref();
    int found = 0;
    for (int i = 0; i < BACKEND_CASES; i++) {
        if (backend_cases[i].desc.op == op) {
            check_case(be, &backend_cases[i]);
            found++;
        }
    }
    cr_expect(found > 0, "no case of %s", dk_op_name(op));
    dk_backend_close(be);
}

#define GRADIENTS(upper, lower)                                                                              \
    Test(backend_ref, gradients_of_##lower) {                                                                \
        check_op(DK_OP_##upper);                                                                             \
    }
DK_OPS(GRADIENTS)
#undef GRADIENTS

/* ---- values by hand ---- */
typedef struct {
    backend_case c;
    case_options options;
    case_values v;
    dk_backend *be;
    case_run *r;
} one;

static void begin(one *o, backend_case c, bool train) {
    dk_error err = {0};
    o->c = c;
    o->be = open_ref();
    o->options = (case_options){.train = train};
    case_values_open(&o->v, &o->c, 1);
    cr_assert_eq(case_open(&o->r, o->be, &o->c, &o->options, &err), DK_OK, "%s", err.text);
}

static void end(one *o) {
    case_close(o->r);
    case_values_close(&o->v);
    dk_backend_close(o->be);
}

static void run(one *o) {
    dk_error err = {0};
    cr_assert_eq(case_forward(o->r, &o->v, &err), DK_OK, "%s", err.text);
    if (o->options.train) {
        cr_assert_eq(case_backward(o->r, &o->v, &err), DK_OK, "%s", err.text);
    }
}

static void set(values to, size_t count, const float *from) {
    cr_assert_eq(to.count, count);
    memcpy(to.at, from, count * sizeof(float));
}

static void expect(values is, size_t count, const float *should, const char *what) {
    cr_assert_eq(is.count, count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(fabsf(is.at[i] - should[i]) <= 1e-5f * fmaxf(1, fabsf(should[i])),
                  "%s[%zu] is %g, should be %g", what, i, (double)is.at[i], (double)should[i]);
    }
}

#define SET(to, ...) set(to, sizeof((float[]){__VA_ARGS__}) / sizeof(float), (float[]){__VA_ARGS__})
#define EXPECT(is, ...)                                                                                      \
    expect(is, sizeof((float[]){__VA_ARGS__}) / sizeof(float), (float[]){__VA_ARGS__}, #is)

Test(backend_ref, convolution_is_a_cross_correlation_with_uneven_zero_padding) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_CONV,
                         .desc.u.conv = {2, 2, 1, 1, 1, 1, 0, 1, 0, 1, false, 0},
                         .x = {{1, 1, 2, 2}},
                         .y = {1, 1, 2, 2}},
          true);
    SET(o.v.x[0], 1, 2, 3, 4);
    SET(o.v.w[0], 1, 10, 100, 1000);
    SET(o.v.w[1], .5f);
    SET(o.v.dy, 1, 0, 0, 2);
    run(&o);
    EXPECT(o.v.y, 4321.5f, 402.5f, 43.5f, 4.5f);
    EXPECT(o.v.dx[0], 1, 10, 100, 1002);
    EXPECT(o.v.dw[0], 9, 2, 3, 4);
    EXPECT(o.v.dw[1], 3);
    end(&o);
}

Test(backend_ref, normalisation_divides_by_the_biased_deviation_and_rolls) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_NORM, .desc.u.norm = {.9f}, .x = {{2, 1, 1, 2}}, .y = {2, 1, 1, 2}},
          true);
    SET(o.v.x[0], 1, 3, 5, 7);
    SET(o.v.w[2], 2);
    SET(o.v.w[1], 10);
    SET(o.v.w[3], 1);
    SET(o.v.w[4], 1);
    run(&o); /* μ 4, σ² 5 */
    EXPECT(o.v.y, 7.3167202f, 9.1055734f, 10.8944266f, 12.6832798f);
    EXPECT(o.v.rolled[0], 1.3f);
    EXPECT(o.v.rolled[1], 1.4f);
    end(&o);
}

Test(backend_ref, inference_uses_the_rolling_statistics) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_NORM, .desc.u.norm = {.9f}, .x = {{1, 1, 1, 2}}, .y = {1, 1, 1, 2}},
          false);
    SET(o.v.x[0], 1, 5);
    SET(o.v.w[2], 2);
    SET(o.v.w[1], 10);
    SET(o.v.w[3], 3);
    SET(o.v.w[4], 4);
    run(&o);
    EXPECT(o.v.y, 8.0000025f, 11.9999975f);
    EXPECT(o.v.rolled[0], 3);
    end(&o);
}

Test(backend_ref, the_first_of_equal_values_wins_the_maximum) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_POOL,
                         .desc.u.pool = {2, 2, 2, 2, 0, 0, 0, 0, true},
                         .x = {{1, 1, 2, 4}},
                         .y = {1, 1, 1, 2}},
          true);
    SET(o.v.x[0], -1, -1, 0, 5, -1, -1, 5, 5);
    SET(o.v.dy, 3, 4);
    run(&o);
    EXPECT(o.v.y, -1, 5);
    EXPECT(o.v.dx[0], 3, 0, 0, 4, 0, 0, 0, 0);
    end(&o);
}

Test(backend_ref, a_mean_counts_the_cells_inside_only) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_POOL,
                         .desc.u.pool = {2, 2, 2, 2, 0, 1, 0, 1, false},
                         .x = {{1, 1, 3, 3}},
                         .y = {1, 1, 2, 2}},
          true);
    SET(o.v.x[0], 1, 2, 3, 4, 5, 6, 7, 8, 9);
    SET(o.v.dy, 4, 2, 2, 1);
    run(&o);
    EXPECT(o.v.y, 3, 4.5f, 7.5f, 9);
    EXPECT(o.v.dx[0], 1, 1, 1, 1, 1, 1, 1, 1, 1);
    end(&o);
}

Test(backend_ref, the_loss_of_a_softmax_is_right_where_the_probability_rounds_to_zero) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_SOFTMAX,
                         .desc.u.softmax = {1, 1, false, true},
                         .x = {{1, 3, 1, 1}},
                         .y = {1, 3, 1, 1}},
          true);
    SET(o.v.x[0], 1000, 0, 1000);
    SET(o.v.truth, 0, 1, 0);
    o.v.scale = .5f;
    run(&o);
    EXPECT(o.v.y, .5f, 0, .5f);
    EXPECT(o.v.loss, 1000.6931f);
    EXPECT(o.v.dx[0], .25f, -.5f, .25f);
    end(&o);
}

Test(backend_ref, dropout_keeps_the_mean_and_drops_the_share_asked_for) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_DROPOUT,
                         .desc.u.dropout = {.25f},
                         .x = {{1, 1, 100, 100}},
                         .y = {1, 1, 100, 100}},
          true);
    size_t dropped = 0;
    run(&o);
    for (size_t i = 0; i < o.v.y.count; i++) {
        dropped += o.v.y.at[i] == 0;
        cr_expect(o.v.y.at[i] == 0 || fabsf(o.v.y.at[i] - o.v.x[0].at[i] / .75f) < 1e-6f);
        cr_expect_eq(o.v.dx[0].at[i] == 0, o.v.y.at[i] == 0);
    }
    cr_expect(dropped > 2300 && dropped < 2700, "%zu of 10000 dropped", dropped);
    end(&o);
}

Test(backend_ref, what_is_not_asked_for_is_not_written) {
    static const case_options options[] = {{.train = true, .frozen = true},
                                           {.train = true, .without_dx = true}};
    dk_backend *be = open_ref();
    for (int i = 0; i < BACKEND_CASES; i++) {
        for (int k = 0; k < 2; k++) {
            case_values v;
            case_run *r = NULL;
            dk_error err = {0};
            case_values_open(&v, &backend_cases[i], 1);
            cr_assert_eq(case_open(&r, be, &backend_cases[i], &options[k], &err), DK_OK, "%s", err.text);
            cr_expect_eq(case_forward(r, &v, &err), DK_OK);
            cr_expect_eq(case_backward(r, &v, &err), DK_OK);
            const values none = k == 0 ? v.dw[0] : v.dx[0];
            for (size_t j = 0; j < none.count; j++) {
                cr_assert_eq(none.at[j], 0.f, "%s", backend_cases[i].name);
            }
            case_close(r);
            case_values_close(&v);
        }
    }
    dk_backend_close(be);
}
