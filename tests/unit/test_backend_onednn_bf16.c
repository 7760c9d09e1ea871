/* bf16: rounding by the plain functions and by the processor's instructions, the vector kernels against the plain
 * ones, and what an engine promises when it is asked for bf16: float parameters, a layout of its own, padding 0. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backend/onednn/kernels.h"
#include "backend/onednn/onednn.h"
#include "base/rng.h"
#include "support/isa.h"

enum { ROOM = 32 * 700, LANES = 16 };

static float float_of(uint32_t bits) {
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static const dk_dnn_kernels *vector_set(void) {
    const dk_isa isa = isa_in_use();
    const dk_dnn_kernels *k = dk_dnn_kernels_pick(DK_BF16, isa);
    cr_assert_eq(k != NULL, isa >= DK_ISA_AVX512BF16);
    if (k == NULL) {
        cr_skip_test("no AVX512-BF16 in this processor, or DARKNET_ISA caps it");
    }
    return k;
}

Test(backend_bf16, every_bf16_survives_the_way_to_float_and_back) {
    for (uint32_t b = 0; b <= 0xffff; b++) {
        const float value = dk_bf16_value((dk_bf16)b);
        const dk_bf16 back = dk_bf16_of(value);
        cr_assert(isnan(value) ? isnan(dk_bf16_value(back)) : back == b, "%04x became %04x", b, back);
    }
}

/* 1 is 3f80; its last place is 2⁻⁷. */
Test(backend_bf16, rounding_goes_to_the_nearest_and_to_even) {
    cr_expect_eq(dk_bf16_of(1 + 0x1p-9f), 0x3f80, "a quarter of the last place is left out");
    cr_expect_eq(dk_bf16_of(1 + 0x1p-8f), 0x3f80, "half of it goes to the even neighbour, here below");
    cr_expect_eq(dk_bf16_of(1 + 3 * 0x1p-8f), 0x3f82, "and here above");
    cr_expect_eq(dk_bf16_of(1 + 0x1p-8f + 0x1p-20f), 0x3f81, "more than half goes up");
    cr_expect_eq(dk_bf16_of(-1 - 3 * 0x1p-8f), 0xbf82);
    cr_expect_eq(dk_bf16_of(float_of(0x7f7fffff)), 0x7f80, "the largest float becomes infinity");
    cr_expect_eq(dk_bf16_of(-INFINITY), 0xff80);
    cr_expect(isnan(dk_bf16_value(dk_bf16_of(float_of(0x7f800001)))), "not infinity");
    cr_expect(isnan(dk_bf16_value(dk_bf16_of(float_of(0xffffffff)))), "not -0");
}

Test(backend_bf16, the_processor_rounds_like_the_plain_functions) {
    const dk_dnn_kernels *k = vector_set();
    enum { N = 4001 };
    static float from[N], wide[2][N];
    static dk_bf16 to[2][N];
    dk_rng rng = dk_rng_key(1, 0, 0, DK_RNG_TEST);
    for (int i = 0; i < N; i++) {
        const uint32_t bits = (uint32_t)(dk_rng_at(7, (uint64_t)i) * 0x1p32f), half = bits & 0xffff0000;
        from[i] = i % 3 == 0 ? dk_rng_uniform(&rng, -9, 9) : float_of(i % 3 == 1 ? half | 0x8000 : bits);
        if ((bits & 0x7f800000) == 0) {
            from[i] = 0; /* subnormal: the instruction takes it for 0 */
        }
    }
    k->narrow(from, to[0], N);
    dk_dnn_base_bf16.narrow(from, to[1], N);
    k->widen(to[0], wide[0], N);
    dk_dnn_base_bf16.widen(to[1], wide[1], N);
    for (int i = 0; i < N; i++) {
        cr_assert(to[0][i] == to[1][i] || (isnan(wide[0][i]) && isnan(wide[1][i])), "%a: %04x, not %04x",
                  (double)from[i], to[0][i], to[1][i]);
        cr_assert(wide[0][i] == wide[1][i] || isnan(from[i]), "%04x", to[0][i]);
    }
}

/* ---- kernels ---- */
static dk_bf16 *draw(uint64_t purpose, float spread) {
    dk_rng rng = dk_rng_key(1, purpose, 0, DK_RNG_TEST);
    dk_bf16 *v = calloc(ROOM, sizeof *v);
    cr_assert_not_null(v);
    for (int i = 0; i < ROOM; i++) {
        v[i] = dk_bf16_of(dk_rng_uniform(&rng, -spread, spread));
    }
    return v;
}

static void near_floats(const float *is, const float *should, size_t n, const char *what) {
    for (size_t i = 0; i < n; i++) {
        cr_expect(fabsf(is[i] - should[i]) <= 1e-3f * fmaxf(1, fabsf(should[i])), "%s[%zu]: %g, not %g", what,
                  i, (double)is[i], (double)should[i]);
    }
}

/* Computed in floats by both, the last bits in another order: they may round to neighbours. */
static void near_items(const dk_bf16 *is, const dk_bf16 *should, const char *what) {
    for (size_t i = 0; i < ROOM; i++) {
        const float a = dk_bf16_value(is[i]), b = dk_bf16_value(should[i]);
        cr_expect(fabsf(a - b) <= 0x1p-7f * fabsf(b) + 1e-6f, "%s[%zu]: %g, not %g", what, i, (double)a,
                  (double)b);
    }
}

/* Blocks of 16, and a block of a table of 40 channels; short and longer than one chunk. */
static const dk_dnn_strip strips[] = {{1, 16, 16, 16}, {9, 16, 16, 16}, {700, 16, 16, 16}, {33, 16, 16, 40}};
static const dk_act acts[] = {DK_ACT_LINEAR, DK_ACT_RELU, DK_ACT_RELU6, DK_ACT_LEAKY};

static void check_lines(const dk_dnn_kernels *k, const dk_dnn_strip *s, dk_act act,
                        const dk_dnn_lines *lines) {
    dk_bf16 *z = draw(2, 6), *dy = draw(3, 1), *out[2] = {draw(4, 0), draw(4, 0)};
    float g[2][LANES] = {{0}}, gz[2][LANES] = {{0}}, mean[2][LANES] = {{0}}, squares[2][LANES] = {{0}};
    const dk_dnn_kernels *const sets[] = {&dk_dnn_base_bf16, k};
    for (int i = 0; i < 2; i++) {
        sets[i]->measure(s, z, mean[i], squares[i]);
        sets[i]->apply(s, lines, act, z, out[i]);
        sets[i]->sums(s, lines, act, z, dy, g[i], gz[i]);
    }
    near_floats(mean[1], mean[0], LANES, "mean");
    near_floats(squares[1], squares[0], LANES, "squares");
    near_floats(g[1], g[0], LANES, "sum of g");
    near_floats(gz[1], gz[0], LANES, "sum of g z");
    near_items(out[1], out[0], "y");
    for (int i = 0; i < 2; i++) {
        sets[i]->undo(s, lines, act, z, dy, out[i]);
    }
    near_items(out[1], out[0], "dz");
    free(z);
    free(dy);
    free(out[0]);
    free(out[1]);
}

Test(backend_bf16, vector_kernels_equal_the_plain_ones) {
    const dk_dnn_kernels *k = vector_set();
    float values[5][LANES];
    dk_rng rng = dk_rng_key(5, 0, 0, DK_RNG_TEST);
    for (int i = 0; i < 5 * LANES; i++) {
        values[i / LANES][i % LANES] = dk_rng_uniform(&rng, .25f, 2);
    }
    const dk_dnn_lines lines = {values[0], values[1], values[2], values[3], values[4]};
    for (size_t s = 0; s < sizeof strips / sizeof strips[0]; s++) {
        for (size_t a = 0; a < sizeof acts / sizeof acts[0]; a++) {
            check_lines(k, &strips[s], acts[a], &lines);
        }
    }
}

Test(backend_bf16, depthwise_kernels_equal_the_plain_one) {
    const dk_dnn_kernels *k = vector_set();
    const dk_dnn_depthwise d = {3, 16, 16, 3, 3, 2, 2, 3, 3, 2, 2, 1, 1, 1, 9 * 16, 4 * 16};
    dk_bf16 *x = draw(10, 1), *dy = draw(11, 1);
    float dw[2][LANES * 9] = {{0}};
    dk_dnn_base_bf16.depthwise(&d, x, dy, dw[0]);
    k->depthwise(&d, x, dy, dw[1]);
    near_floats(dw[1], dw[0], LANES * 9, "dw");
    free(x);
    free(dy);
}

Test(backend_bf16, a_set_is_chosen_by_lanes_and_activation) {
    const dk_dnn_kernels *k = vector_set();
    cr_expect_eq(dk_dnn_kernels_for(k, 16, DK_ACT_RELU6), k);
    cr_expect_eq(dk_dnn_kernels_for(k, 13, DK_ACT_RELU6), &dk_dnn_base_bf16);
    cr_expect_eq(dk_dnn_kernels_for(k, 16, DK_ACT_MISH), &dk_dnn_base_bf16);
}

/* ---- the engine ---- */
static dk_plan *plan_conv(dk_backend *be, dk_precision precision, dk_tensor *x, dk_tensor *y) {
    dk_plan *plan = NULL;
    dk_error err = {0};
    const dk_plan_desc d = {
        .op = DK_OP_CONV,
        .precision = precision,
        .x = &x,
        .inputs = 1,
        .y = y,
        .u.conv = {.kh = 1, .kw = 1, .stride_y = 1, .stride_x = 1, .dilation = 1, .groups = 1}};
    x->shape = y->shape = (dk_shape){2, 32, 5, 5};
    cr_assert_eq(be->plan(be, &d, &plan, &err), DK_OK, "%s", err.text);
    return plan;
}

/* Nets of both kinds live side by side over one engine, and half the bytes is the point of it. */
Test(backend_bf16, a_plan_says_what_its_output_is_held_in) {
    dk_backend *be = NULL;
    cr_assert_eq(dk_engine_onednn.open(&be, 1, NULL), DK_OK);
    cr_assert_eq(be->bf16, dk_dnn_kernels_pick(DK_BF16, isa_in_use()) != NULL);
    if (!be->bf16) {
        dk_backend_close(be);
        cr_skip_test("this processor has no AVX512-BF16");
    }
    dk_tensor x[2] = {0}, y[2] = {0};
    dk_plan *single = plan_conv(be, DK_F32, &x[0], &y[0]), *half = plan_conv(be, DK_BF16, &x[1], &y[1]);
    cr_expect_eq(single->precision, DK_F32);
    cr_expect_eq(half->precision, DK_BF16);
    cr_expect_eq(2 * half->y_bytes, single->y_bytes);
    cr_expect_eq(be->bytes(be, &y[1]), half->y_bytes);
    be->plan_free(single);
    be->plan_free(half);
    dk_backend_close(be);
}

Test(backend_bf16, gradients_of_two_users_are_summed) {
    dk_backend *be = NULL;
    cr_assert_eq(dk_engine_onednn.open(&be, 1, NULL), DK_OK);
    if (!be->bf16) {
        dk_backend_close(be);
        cr_skip_test("this processor has no AVX512-BF16");
    }
    enum { N = 2 * 32 * 25 };
    float a[N], b[N], out[N];
    dk_tensor x = {0}, into = {0};
    dk_plan *plan = plan_conv(be, DK_BF16, &x, &into);
    dk_tensor from = into;
    for (int i = 0; i < N; i++) {
        a[i] = (float)(i % 100);
        b[i] = (float)(i % 17) / 2;
    }
    cr_assert_eq(be->alloc(be, plan->y_bytes, &into.data, NULL), DK_OK);
    cr_assert_eq(be->alloc(be, plan->y_bytes, &from.data, NULL), DK_OK);
    cr_assert_eq(be->write(be, &into, a, NULL), DK_OK);
    cr_assert_eq(be->write(be, &from, b, NULL), DK_OK);
    cr_assert_eq(be->sum(be, &into, &from, NULL), DK_OK);
    cr_assert_eq(be->read(be, out, &into, NULL), DK_OK);
    for (int i = 0; i < N; i++) {
        cr_expect_eq(out[i], a[i] + b[i], "[%d]: %g", i, (double)out[i]); /* 8 bits hold these sums exactly */
    }
    be->free(be, into.data);
    be->free(be, from.data);
    be->plan_free(plan);
    dk_backend_close(be);
}
