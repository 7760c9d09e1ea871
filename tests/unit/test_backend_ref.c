/* The engine `ref` against mathematics: the gradients of every case by finite differences, and values
 * computed by hand. */
#include <criterion/criterion.h>
#include <math.h>

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
    double largest = 0, worst = 0, wanted = 0;
    size_t at = 0;
    for (size_t i = 0; i < dx.count; i++) {
        largest = fmax(largest, fabs(dx.at[i]));
    }
    for (size_t k = 0; k < x.count && k < MOST; k++) {
        const size_t i = x.count <= MOST ? k : dk_rng_below(&rng, (uint32_t)x.count);
        const double s = slope(r, c, v, &x.at[i]);
        const double off = isnan(dx.at[i] - s) ? INFINITY : fabs(dx.at[i] - s);
        if (off > worst) {
            worst = off;
            wanted = s;
            at = i;
        }
    }
    cr_expect(worst <= 1e-3 * largest + 5e-4, "%s: d%s[%zu] is %g, should be %g", c->name, name, at,
              (double)dx.at[at], wanted);
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
