/* Our kernels inside the onednn engine: every set that this processor can run against the plain one, on strips of
 * blocked layouts and of tables, and what the engine promises beside numbers: padding stays 0, weights are
 * packed again only when their version changed. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "backend/onednn/kernels.h"
#include "backend/onednn/onednn.h"
#include "base/rng.h"
#include "support/isa.h"

enum { ROOM = 32 * 700, LANES = 16 };

static const dk_act acts[] = {DK_ACT_LINEAR, DK_ACT_RELU, DK_ACT_RELU6, DK_ACT_LEAKY};

/* The vector sets: the one that this processor is given, and the narrower ones. */
#define EACH_SET(k)                                                                                          \
    for (const dk_dnn_kernels *k = dk_dnn_kernels_pick(DK_F32, isa_in_use()); k != &dk_dnn_base;             \
         k = k->narrower)

static float *draw(uint64_t purpose, float centre, float spread) {
    dk_rng rng = dk_rng_key(1, purpose, 0, DK_RNG_TEST);
    float *v = calloc(ROOM, sizeof *v);
    cr_assert_not_null(v);
    for (int i = 0; i < ROOM; i++) {
        v[i] = centre + dk_rng_uniform(&rng, -spread, spread);
    }
    return v;
}

static void near(const float *is, const float *should, size_t n, float tolerance, const char *set,
                 const char *what) {
    for (size_t i = 0; i < n; i++) {
        cr_expect(fabsf(is[i] - should[i]) <= tolerance * fmaxf(1, fabsf(should[i])),
                  "%s, %s[%zu]: %g, not %g", set, what, i, (double)is[i], (double)should[i]);
    }
}

/* Blocks of 16 and 8, and a block of a table of 40 channels; short and longer than one chunk. */
static const dk_dnn_strip strips[] = {
    {1, 16, 16, 16}, {9, 16, 16, 16}, {300, 16, 16, 16}, {700, 16, 16, 16}, {257, 8, 8, 8}, {33, 16, 16, 40},
};
#define STRIPS (sizeof strips / sizeof strips[0])

Test(backend_onednn, variance_is_safe_far_from_zero) {
    float *z = draw(1, 1000, 1);
    for (size_t s = 0; s < STRIPS; s++) {
        EACH_SET(k) {
            float mean[2][LANES] = {{0}}, squares[2][LANES] = {{0}};
            if (strips[s].lanes % k->width == 0) {
                dk_dnn_base.measure(&strips[s], z, mean[0], squares[0]);
                k->measure(&strips[s], z, mean[1], squares[1]);
                for (int l = 0; l < strips[s].lanes; l++) {
                    cr_expect_float_eq(mean[1][l], mean[0][l], 1e-3, "%s: mean of lane %d", k->name, l);
                    cr_expect_float_eq(squares[1][l], squares[0][l], .02f + 2e-3f * squares[0][l],
                                       "%s: squares of lane %d: %g, not %g", k->name, l,
                                       (double)squares[1][l], (double)squares[0][l]);
                }
            }
        }
    }
    free(z);
}

static void check_lines(const dk_dnn_kernels *k, const dk_dnn_strip *s, dk_act act,
                        const dk_dnn_lines *lines) {
    float *z = draw(2, 0, 6), *dy = draw(3, 0, 1), *out[2] = {draw(4, 0, 0), draw(4, 0, 0)};
    float g[2][LANES] = {{0}}, gz[2][LANES] = {{0}};
    const dk_dnn_kernels *const sets[] = {&dk_dnn_base, k};
    for (int i = 0; i < 2; i++) {
        sets[i]->apply(s, lines, act, z, out[i]);
        sets[i]->sums(s, lines, act, z, dy, g[i], gz[i]);
    }
    near(out[1], out[0], ROOM, 2e-5f, k->name, "y");
    near(g[1], g[0], LANES, 1e-3f, k->name, "sum of g");
    near(gz[1], gz[0], LANES, 1e-3f, k->name, "sum of g z");
    for (int i = 0; i < 2; i++) {
        sets[i]->undo(s, lines, act, z, dy, out[i]);
    }
    near(out[1], out[0], ROOM, 2e-5f, k->name, "dz");
    free(z);
    free(dy);
    free(out[0]);
    free(out[1]);
}

Test(backend_onednn, vector_kernels_equal_the_plain_ones) {
    float *centre = draw(5, 1, 1), *scale = draw(6, 0, 2), *shift = draw(7, 1, 2), *tilt = draw(8, 0, 1),
          *offset = draw(9, 0, 1);
    const dk_dnn_lines lines = {centre, scale, shift, tilt, offset};
    for (size_t s = 0; s < STRIPS; s++) {
        for (size_t a = 0; a < sizeof acts / sizeof acts[0]; a++) {
            EACH_SET(k) {
                if (strips[s].lanes % k->width == 0) {
                    check_lines(k, &strips[s], acts[a], &lines);
                }
            }
        }
    }
    free(centre);
    free(scale);
    free(shift);
    free(tilt);
    free(offset);
}

Test(backend_onednn, depthwise_kernels_equal_the_plain_one) {
    static const dk_dnn_depthwise cases[] = {
        {3, 16, 16, 3, 3, 2, 2, 3, 3, 2, 2, 1, 1, 1, 9 * 16, 4 * 16},
        {2, 16, 13, 1, 1, 1, 1, 3, 3, 1, 1, 1, 1, 1, 16, 16},
        {2, 16, 16, 5, 4, 2, 1, 3, 2, 2, 3, 0, 1, 2, 20 * 16, 2 * 16},
    };
    float *x = draw(10, 0, 1), *dy = draw(11, 0, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        EACH_SET(k) {
            float dw[2][LANES * 9] = {{0}};
            dk_dnn_base.depthwise(&cases[i], x, dy, dw[0]);
            k->depthwise(&cases[i], x, dy, dw[1]);
            near(dw[1], dw[0], LANES * 9, 2e-5f, k->name, "dw");
        }
    }
    /* by hand: on 1×1 pictures only the middle of a 3×3 window meets a cell */
    float dw[LANES * 9] = {0};
    dk_dnn_base.depthwise(&cases[1], x, dy, dw);
    cr_expect_float_eq(dw[4], x[0] * dy[0] + x[16] * dy[16], 1e-5);
    cr_expect_eq(dw[3], 0);
    free(x);
    free(dy);
}

Test(backend_onednn, a_set_is_chosen_by_lanes_and_activation) {
    const dk_dnn_kernels *best = dk_dnn_kernels_pick(DK_F32, isa_in_use());
    cr_expect_eq(dk_dnn_kernels_for(best, 16, DK_ACT_RELU6), best);
    cr_expect_eq(dk_dnn_kernels_for(best, 13, DK_ACT_RELU6), &dk_dnn_base);
    cr_expect_eq(dk_dnn_kernels_for(best, 16, DK_ACT_MISH), &dk_dnn_base);
}

/* ---- a convolution of 20 channels, which blocked layouts pad ---- */
typedef struct {
    dk_backend *be;
    dk_plan *plan;
    dk_tensor x, y;
    dk_weights w;
    dk_memory memory;
} layer;

static void *take(dk_backend *be, size_t bytes) {
    void *p = NULL;
    cr_assert_eq(be->alloc(be, bytes, &p, NULL), DK_OK);
    return p;
}

static void open_layer(layer *l, dk_act act) {
    dk_tensor *x = &l->x;
    dk_error err = {0};
    l->x.shape = l->y.shape = (dk_shape){2, 20, 5, 5};
    const dk_plan_desc d = {.op = DK_OP_CONV,
                            .train = true,
                            .act = act,
                            .x = &x,
                            .inputs = 1,
                            .y = &l->y,
                            .u.conv = {.kh = 1,
                                       .kw = 1,
                                       .stride_y = 1,
                                       .stride_x = 1,
                                       .dilation = 1,
                                       .groups = 1,
                                       .norm = true,
                                       .momentum = .9f}};
    cr_assert_eq(dk_engine_onednn.open(&l->be, 2, &err), DK_OK, "%s", err.text);
    cr_assert_eq(l->be->plan(l->be, &d, &l->plan, &err), DK_OK, "%s", err.text);
    float **const values[] = {&l->w.biases, &l->w.scales, &l->w.mean, &l->w.variance};
    l->w.weights = take(l->be, 20 * 20 * sizeof(float));
    for (int i = 0; i < 4; i++) {
        *values[i] = take(l->be, 20 * sizeof(float));
    }
    for (int c = 0; c < 20; c++) {
        l->w.weights[c * 20 + c] = l->w.scales[c] = 1;
    }
    l->memory =
        (dk_memory){take(l->be, l->plan->kept), take(l->be, l->plan->packed), take(l->be, l->plan->scratch)};
    l->x.data = take(l->be, l->be->bytes(l->be, &l->x));
    l->y.data = take(l->be, l->plan->y_bytes);
    for (int i = 0; i < 2 * 20 * 25; i++) {
        ((float *)l->x.data)[i] = (float)(i % 7);
    }
    cr_assert_eq(l->be->bind(l->plan, &l->memory, NULL), DK_OK);
}

static void close_layer(layer *l) {
    void *const all[] = {l->w.weights,   l->w.biases,      l->w.scales,       l->w.mean, l->w.variance,
                         l->memory.kept, l->memory.packed, l->memory.scratch, l->x.data, l->y.data};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        l->be->free(l->be, all[i]);
    }
    l->be->plan_free(l->plan);
    dk_backend_close(l->be);
}

static void run_layer(layer *l, uint64_t version) {
    dk_tensor *x = &l->x;
    dk_error err = {0};
    const dk_args a = {.x = &x, .y = &l->y, .w = &l->w, .version = version};
    cr_assert_eq(l->be->forward(l->plan, &a, &err), DK_OK, "%s", err.text);
}

/* logistic(0) is not 0: the values of all channels add up to those of the buffer only when padding is 0. */
Test(backend_onednn, padding_stays_zero) {
    layer l = {0};
    open_layer(&l, DK_ACT_LOGISTIC);
    run_layer(&l, 1);
    float plain[2 * 20 * 25];
    double read = 0, stored = 0;
    cr_assert_eq(l.be->read(l.be, plain, &l.y, NULL), DK_OK);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        read += plain[i];
    }
    for (size_t i = 0; i < l.plan->y_bytes / sizeof(float); i++) {
        stored += ((const float *)l.y.data)[i];
    }
    if (isa_in_use() > DK_ISA_BASE) { /* below, the library takes plain layouts */
        cr_expect_gt(l.plan->y_bytes, sizeof plain, "this layout pads nothing: the test is empty");
    }
    cr_expect_float_eq(stored, read, 1e-3);
    close_layer(&l);
}

Test(backend_onednn, weights_are_packed_when_their_version_changes) {
    layer l = {0};
    float before[2 * 20 * 25], after[2 * 20 * 25];
    open_layer(&l, DK_ACT_LINEAR);
    run_layer(&l, 1);
    cr_assert_eq(l.be->read(l.be, before, &l.y, NULL), DK_OK);
    for (int c = 0; c < 20; c++) {
        l.w.weights[c * 20 + c] = -1;
    }
    run_layer(&l, 2);
    cr_assert_eq(l.be->read(l.be, after, &l.y, NULL), DK_OK);
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        cr_expect_float_eq(after[i], -before[i], 1e-5, "[%zu]: %g, not %g", i, (double)after[i],
                           (double)-before[i]);
    }
    if (isa_in_use() > DK_ISA_BASE) { /* below, weights are used where they lie */
        l.w.weights[0] = 5;
        run_layer(&l, 2); /* nobody was told */
        cr_assert_eq(l.be->read(l.be, before, &l.y, NULL), DK_OK);
        cr_expect_arr_eq(before, after, sizeof after);
    }
    close_layer(&l);
}
