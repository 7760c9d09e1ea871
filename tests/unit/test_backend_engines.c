/* Every engine of this build against `ref`: outputs, losses, gradients and rolling statistics of every case,
 * in training and in inference, with inputs in plain layout and in the engine's own, in float32 and in bf16. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/engines.h"
#include "unit/backend_cases.h"

static dk_backend *open_engine(const char *name) {
    dk_backend *be = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_backend_open(&be, name, 2, &err), DK_OK, "%s: %s", name, err.text);
    return be;
}

/* Those of this build that do not run on this machine are told here, once. */
Test(backend_engines, all_run_here) {
    const char *const elsewhere = engines_elsewhere();
    if (elsewhere != NULL) {
        cr_skip_test("not compared: %s", elsewhere);
    }
}

/* One engine's run of a case. */
typedef struct {
    dk_backend *be;
    case_run *run;
    case_values v;
    dk_precision precision;
} side;

static void open_side(side *s, const char *engine, const backend_case *c, const case_options *o) {
    dk_error err = {0};
    s->be = open_engine(engine);
    s->precision = o->precision;
    cr_assert_eq(case_open(&s->run, s->be, c, o, &err), DK_OK, "%s, %s: %s", engine, c->name, err.text);
}

static void close_side(side *s) {
    case_close(s->run);
    dk_backend_close(s->be);
}

static void run_side(side *s, const backend_case *c, bool train) {
    dk_error err = {0};
    cr_assert_eq(case_forward(s->run, &s->v, &err), DK_OK, "%s, %s: %s", s->be->name, c->name, err.text);
    if (train) {
        cr_assert_eq(case_backward(s->run, &s->v, &err), DK_OK, "%s, %s: %s", s->be->name, c->name, err.text);
    }
}

/* Most that may differ, as a share of the greatest value. bf16 rounds by up to 2⁻⁹ of a value: that is .008 after
 * the four times from x to dx (z, y, dz, dx), folded weights counted. An activation near its limit tells its slope,
 * as 1 − y², from what rounding has left of y; the smallest case with one loses .031. */
static const double tolerance[DK_PRECISIONS] = {[DK_F32] = 1e-4, [DK_BF16] = .04};

static void compare(const side *s, const char *where, values is, values should, const char *what) {
    const double share = tolerance[s->precision];
    double largest = 1e-3, difference = 0;
    size_t at = 0;
    for (size_t i = 0; i < is.count; i++) {
        const double d = (double)is.at[i] - should.at[i], off = isnan(d) ? INFINITY : fabs(d);
        largest = fmax(largest, fabs(should.at[i]));
        if (off > difference) {
            difference = off;
            at = i;
        }
    }
    cr_expect(difference <= share * largest, "%s (%s), %s: %s[%zu] is %g, ref's is %g; the largest is %g",
              s->be->name, case_impl(s->run), where, what, at, (double)is.at[at], (double)should.at[at],
              largest);
}

static void compare_all(const side *engine, const side *ref, const backend_case *c, const case_options *o) {
    static const char *const dx[] = {"dx[0]", "dx[1]", "dx[2]"}, *const dw[] = {"dweights", "dbiases",
                                                                                "dscales"};
    const case_values *a = &engine->v, *b = &ref->v;
    char where[160];
    snprintf(where, sizeof where, "%s, %s, %s, inputs %s", c->name, dk_precision_name(o->precision),
             o->train ? "training" : "inference", o->own_layout ? "in its own layout" : "plain");
    compare(engine, where, a->y, b->y, "y");
    compare(engine, where, a->loss, b->loss, "loss");
    compare(engine, where, a->rolled[0], b->rolled[0], "rolling mean");
    compare(engine, where, a->rolled[1], b->rolled[1], "rolling variance");
    for (int i = 0; o->train && i < 3; i++) {
        compare(engine, where, a->dx[i], b->dx[i], dx[i]);
        compare(engine, where, a->dw[i], b->dw[i], dw[i]);
    }
}

/* Two rounds on one plan: the second brings other weights. */
static void check_case(const char *name, const backend_case *c, const case_options *o) {
    side engine = {0}, ref = {0};
    dk_error err = {0};
    case_options plain = *o;
    plain.own_layout = false;
    plain.precision = DK_F32;
    open_side(&engine, name, c, o);
    open_side(&ref, "ref", c, &plain);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        case_values_open(&engine.v, c, seed);
        case_values_open(&ref.v, c, seed);
        if (o->precision == DK_BF16) {
            case_values_round(&engine.v);
            case_values_round(&ref.v);
        }
        cr_assert_eq(case_avoid_kinks(&ref.v, c, ref.be, &err), DK_OK, "%s", err.text);
        memcpy(engine.v.dy.at, ref.v.dy.at, ref.v.dy.count * sizeof(float));
        run_side(&engine, c, o->train);
        run_side(&ref, c, o->train);
        compare_all(&engine, &ref, c, o);
        case_values_close(&engine.v);
        case_values_close(&ref.v);
    }
    close_side(&engine);
    close_side(&ref);
}

static const case_options ways[] = {
    {.train = false},
    {.train = false, .own_layout = true},
    {.train = true},
    {.train = true, .own_layout = true},
    {.train = true, .own_layout = true, .frozen = true},
    {.train = true, .own_layout = true, .without_dx = true},
};

static void check_op(const char *engine, dk_op op, dk_precision precision) {
    for (int i = 0; i < BACKEND_CASES; i++) {
        for (size_t k = 0; k < sizeof ways / sizeof ways[0] && backend_cases[i].desc.op == op; k++) {
            case_options way = ways[k];
            way.precision = precision;
            check_case(engine, &backend_cases[i], &way);
        }
    }
}

static bool has_bf16(const char *engine) {
    dk_backend *be = open_engine(engine);
    const bool has = be->bf16;
    dk_backend_close(be);
    return has;
}

static void check_op_in_bf16(dk_op op) {
    int checked = 0;
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        if (has_bf16((*e)->name)) {
            check_op((*e)->name, op, DK_BF16);
            checked++;
        }
    }
    if (checked == 0) {
        cr_skip_test("no engine has bf16 here");
    }
}

#define EQUAL(upper, lower)                                                                                  \
    Test(backend_engines, lower##_is_as_ref_has_it) {                                                        \
        for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {                                  \
            check_op((*e)->name, DK_OP_##upper, DK_F32);                                                     \
        }                                                                                                    \
    }                                                                                                        \
    Test(backend_engines, lower##_in_bf16_is_near_ref) {                                                     \
        check_op_in_bf16(DK_OP_##upper);                                                                     \
    }
DK_OPS(EQUAL)
#undef EQUAL

Test(backend_engines, memory_is_zeroed_and_aligned) {
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        dk_backend *be = open_engine((*e)->name);
        for (size_t bytes = 0; bytes < 300; bytes += 99) {
            dk_tensor t = {.shape = {1, 1, 1, (int)(bytes / sizeof(float))}};
            unsigned char host[300] = {0};
            dk_error err = {0};
            cr_assert_eq(be->alloc(be, bytes, &t.data, &err), DK_OK);
            cr_expect_eq((uintptr_t)t.data % 64, 0);
            memset(host, 1, bytes);
            if (t.shape.w > 0) {
                cr_assert_eq(be->read(be, (float *)(void *)host, &t, &err), DK_OK, "%s", err.text);
            }
            for (size_t i = 0; i < bytes / sizeof(float) * sizeof(float); i++) {
                cr_assert_eq(host[i], 0);
            }
            be->free(be, t.data);
        }
        dk_backend_close(be);
    }
}

Test(backend_engines, more_memory_than_there_is_is_an_error) {
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        dk_backend *be = open_engine((*e)->name);
        void *p = NULL;
        dk_error err = {0};
        cr_expect_eq(be->alloc(be, SIZE_MAX - 1, &p, &err), DK_ENOMEM);
        dk_backend_close(be);
    }
}

/* A span of the optimiser and of a sum, in one engine's memory. */
static void update_on(const char *name, dk_rule rule, float *out, size_t n) {
    dk_backend *be = open_engine(name);
    dk_error err = {0};
    dk_tensor t[4];
    dk_rng rng = dk_rng_key(5, 0, 0, DK_RNG_TEST);
    for (int i = 0; i < 4; i++) {
        t[i] = (dk_tensor){.shape = {1, 1, 1, (int)n}};
        cr_assert_eq(be->alloc(be, n * sizeof(float), &t[i].data, &err), DK_OK);
        for (size_t k = 0; k < n; k++) {
            out[k] = dk_rng_uniform(&rng, i == 3 ? 0 : -1, 1); /* the second moment is no negative number */
        }
        cr_assert_eq(be->write(be, &t[i], out, &err), DK_OK);
    }
    const dk_update u = {.rule = rule,
                         .n = n,
                         .w = t[0].data,
                         .g = t[1].data,
                         .m = t[2].data,
                         .v = t[3].data,
                         .rate = .1f,
                         .decay = .01f,
                         .momentum = .9f,
                         .beta1 = .9f,
                         .beta2 = .999f,
                         .eps = 1e-6f,
                         .t = 3};
    cr_assert_eq(be->update(be, &u, &err), DK_OK);
    cr_assert_eq(be->sum(be, &t[0], &t[2], &err), DK_OK); /* so that the moments count, too */
    cr_assert_eq(be->sum(be, &t[0], &t[3], &err), DK_OK);
    cr_assert_eq(be->read(be, out, &t[0], &err), DK_OK);
    for (int i = 0; i < 4; i++) {
        be->free(be, t[i].data);
    }
    dk_backend_close(be);
}

Test(backend_engines, the_optimiser_is_as_ref_has_it) {
    enum { N = 1003 };
    float is[N], should[N];
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        for (int rule = DK_RULE_SGD; rule <= DK_RULE_ADAMW; rule++) {
            update_on((*e)->name, (dk_rule)rule, is, N);
            update_on("ref", (dk_rule)rule, should, N);
            for (int i = 0; i < N; i++) {
                cr_assert(fabsf(is[i] - should[i]) <= 1e-5f, "%s, rule %d: [%d] is %g, ref's is %g",
                          (*e)->name, rule, i, (double)is[i], (double)should[i]);
            }
        }
    }
}

static double squares_on(const char *name, int threads, const float *host, size_t n) {
    dk_backend *be = NULL;
    dk_error err = {0};
    dk_tensor t = {.shape = {1, 1, 1, (int)n}};
    double sum = -1;
    cr_assert_eq(dk_backend_open(&be, name, threads, &err), DK_OK, "%s", err.text);
    cr_assert_eq(be->alloc(be, n * sizeof *host, &t.data, &err), DK_OK, "%s", err.text);
    cr_assert_eq(be->write(be, &t, host, &err), DK_OK, "%s", err.text);
    cr_assert_eq(be->squares(be, t.data, n, &sum, &err), DK_OK, "%s", err.text);
    be->free(be, t.data);
    dk_backend_close(be);
    return sum;
}

/* In one share, in several and in more than there is room for. */
Test(backend_engines, squares_are_those_of_a_plain_sum) {
    enum { N = (1 << 20) + 5 };
    const size_t counts[] = {1, 1003, 50000, N};
    float *const host = malloc(N * sizeof *host);
    dk_rng rng = dk_rng_key(7, 0, 0, DK_RNG_TEST);
    cr_assert_not_null(host);
    for (int i = 0; i < N; i++) {
        host[i] = dk_rng_uniform(&rng, -1, 1);
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        double plain = 0;
        for (size_t k = 0; k < counts[i]; k++) {
            plain += (double)host[k] * (double)host[k];
        }
        for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
            const double alone = squares_on((*e)->name, 1, host, counts[i]);
            cr_expect(fabs(alone - plain) <= 1e-12 * plain, "%s, %zu values: %.17g, not %.17g", (*e)->name,
                      counts[i], alone, plain);
            cr_expect_eq(squares_on((*e)->name, 3, host, counts[i]), alone, "%s on 3 threads", (*e)->name);
        }
    }
    free(host);
}

Test(backend_engines, blending) {
    enum { N = 5003 }; /* enough for threads */
    static float a[N], b[N], out[N];
    dk_rng rng = dk_rng_key(6, 0, 0, DK_RNG_TEST);
    for (int i = 0; i < N; i++) {
        a[i] = dk_rng_uniform(&rng, -1, 1);
        b[i] = i % 2 ? a[i] : dk_rng_uniform(&rng, -1, 1);
    }
    for (const dk_engine *const *e = engines_here(); *e != NULL; e++) {
        dk_backend *be = open_engine((*e)->name);
        dk_error err = {0};
        dk_tensor into = {.shape = {1, 1, 1, N}}, from = into;
        cr_assert_eq(be->alloc(be, sizeof a, &into.data, &err), DK_OK);
        cr_assert_eq(be->alloc(be, sizeof b, &from.data, &err), DK_OK);
        cr_assert_eq(be->write(be, &into, a, &err), DK_OK);
        cr_assert_eq(be->write(be, &from, b, &err), DK_OK);
        cr_assert_eq(be->blend(be, into.data, from.data, N, .3f, &err), DK_OK);
        cr_assert_eq(be->read(be, out, &into, &err), DK_OK);
        for (int i = 0; i < N; i++) {
            cr_assert_float_eq(out[i], .7f * a[i] + .3f * b[i], 1e-6f, "%s at %d", (*e)->name, i);
            cr_assert(i % 2 == 0 || out[i] == a[i], "%s moves equal values at %d", (*e)->name, i);
        }
        cr_assert_eq(be->blend(be, into.data, NULL, N, .75f, &err), DK_OK);
        cr_assert_eq(be->read(be, b, &into, &err), DK_OK);
        for (int i = 0; i < N; i++) {
            cr_assert_float_eq(b[i], out[i] / 4, 1e-6f, "%s at %d", (*e)->name, i);
            b[i] = i % 2 ? a[i] : b[i];
        }
        be->free(be, into.data);
        be->free(be, from.data);
        dk_backend_close(be);
    }
}
