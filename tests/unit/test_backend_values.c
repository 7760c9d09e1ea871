/* The engine `ref` on values computed by hand: what finite differences cannot tell, since a wrong operation
 * can have the right gradient. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "support/backend_run.h"

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
    o->options = (case_options){.train = train};
    cr_assert_eq(dk_backend_open(&o->be, "ref", 1, &err), DK_OK, "%s", err.text);
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

Test(backend_values, convolution_is_a_cross_correlation_with_uneven_zero_padding) {
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

Test(backend_values, convolution_knows_groups_dilation_and_strides) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_CONV,
                         .desc.u.conv = {1, 2, 1, 2, 2, 2, 0, 0, 0, 0, false, 0},
                         .x = {{1, 2, 1, 5}},
                         .y = {1, 2, 1, 2}},
          false);
    SET(o.v.x[0], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    SET(o.v.w[0], 1, 10, 100, 1000);
    SET(o.v.w[1], 0, 0);
    run(&o);
    EXPECT(o.v.y, 31, 53, 8600, 10800);
    end(&o);
    begin(&o,
          (backend_case){.desc.op = DK_OP_CONV,
                         .desc.u.conv = {2, 1, 2, 1, 1, 1, 1, 0, 0, 0, false, 0},
                         .x = {{1, 1, 3, 2}},
                         .y = {1, 1, 2, 2}},
          false);
    SET(o.v.x[0], 1, 2, 3, 4, 5, 6);
    SET(o.v.w[0], 1, 10);
    SET(o.v.w[1], 0);
    run(&o);
    EXPECT(o.v.y, 10, 20, 53, 64);
    end(&o);
}

Test(backend_values, dense_weights_are_rows_of_inputs) {
    one o;
    begin(&o, (backend_case){.desc.op = DK_OP_DENSE, .x = {{1, 2, 1, 2}}, .y = {1, 2, 1, 1}}, false);
    SET(o.v.x[0], 1, 2, 3, 4);
    SET(o.v.w[0], 1, 10, 100, 1000, 1, 1, 1, 1);
    SET(o.v.w[1], 0, .5f);
    run(&o);
    EXPECT(o.v.y, 4321, 10.5f);
    end(&o);
}

Test(backend_values, normalisation_divides_by_the_biased_deviation_and_rolls) {
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

Test(backend_values, inference_uses_the_rolling_statistics) {
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

Test(backend_values, the_first_of_equal_values_wins_the_maximum) {
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

Test(backend_values, a_mean_counts_the_cells_inside_only) {
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

Test(backend_values, pools_need_not_be_square) {
    for (int max = 0; max <= 1; max++) {
        one o;
        begin(&o,
              (backend_case){.desc.op = DK_OP_POOL,
                             .desc.u.pool = {2, 1, 2, 1, 0, 0, 0, 0, max},
                             .x = {{1, 1, 4, 3}},
                             .y = {1, 1, 2, 3}},
              false);
        SET(o.v.x[0], 1, 5, 2, 4, 3, 6, 9, 9, 9, 8, 7, 6);
        run(&o);
        if (max) {
            EXPECT(o.v.y, 4, 5, 6, 9, 9, 9);
        } else {
            EXPECT(o.v.y, 2.5f, 4, 4, 8.5f, 8, 7.5f);
        }
        end(&o);
    }
}

Test(backend_values, sums_and_products_of_other_shapes) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_ADD,
                         .inputs = 3,
                         .x = {{2, 2, 1, 1}, {2, 1, 1, 1}, {2, 3, 1, 1}},
                         .y = {2, 2, 1, 1}},
          true);
    SET(o.v.x[0], 1, 2, 3, 4);
    SET(o.v.x[1], 10, 20);
    SET(o.v.x[2], 100, 200, 300, 400, 500, 600);
    SET(o.v.dy, 1, 2, 3, 4);
    run(&o);
    EXPECT(o.v.y, 111, 202, 423, 504);
    EXPECT(o.v.dx[2], 1, 2, 0, 3, 4, 0);
    end(&o);
    begin(&o,
          (backend_case){
              .desc.op = DK_OP_MUL, .inputs = 2, .x = {{1, 2, 1, 2}, {1, 2, 1, 1}}, .y = {1, 2, 1, 2}},
          false);
    SET(o.v.x[0], 1, 2, 3, 4);
    SET(o.v.x[1], 10, 100);
    run(&o);
    EXPECT(o.v.y, 10, 20, 300, 400);
    end(&o);
}

Test(backend_values, channels_are_joined_cut_and_repeated) {
    one o;
    begin(&o,
          (backend_case){
              .desc.op = DK_OP_CONCAT, .inputs = 2, .x = {{2, 1, 1, 1}, {2, 2, 1, 1}}, .y = {2, 3, 1, 1}},
          false);
    SET(o.v.x[0], 1, 2);
    SET(o.v.x[1], 3, 4, 5, 6);
    run(&o);
    EXPECT(o.v.y, 1, 3, 4, 2, 5, 6);
    end(&o);
    begin(&o,
          (backend_case){.desc.op = DK_OP_SLICE, .desc.u.slice = {1}, .x = {{2, 3, 1, 1}}, .y = {2, 1, 1, 1}},
          false);
    SET(o.v.x[0], 1, 2, 3, 4, 5, 6);
    run(&o);
    EXPECT(o.v.y, 2, 5);
    end(&o);
    begin(&o,
          (backend_case){
              .desc.op = DK_OP_RESAMPLE, .desc.u.resample = {2, .5f}, .x = {{1, 1, 1, 2}}, .y = {1, 1, 2, 4}},
          false);
    SET(o.v.x[0], 2, 4);
    run(&o);
    EXPECT(o.v.y, 1, 1, 2, 2, 1, 1, 2, 2);
    end(&o);
}

Test(backend_values, softmax_of_groups_and_places) {
    one o;
    begin(&o,
          (backend_case){.desc.op = DK_OP_SOFTMAX,
                         .desc.u.softmax = {2, 2, false, false},
                         .x = {{1, 4, 1, 1}},
                         .y = {1, 4, 1, 1}},
          false);
    SET(o.v.x[0], 0, 2.1972246f, 5, 5); /* 2·ln 3 at temperature 2 */
    run(&o);
    EXPECT(o.v.y, .25f, .75f, .5f, .5f);
    end(&o);
    begin(&o,
          (backend_case){.desc.op = DK_OP_SOFTMAX,
                         .desc.u.softmax = {1, 1, true, false},
                         .x = {{1, 2, 1, 2}},
                         .y = {1, 2, 1, 2}},
          false);
    SET(o.v.x[0], 0, 0, 1.0986123f, 0);
    run(&o);
    EXPECT(o.v.y, .25f, .5f, .75f, .5f);
    end(&o);
}

Test(backend_values, the_loss_of_a_softmax_is_right_where_the_probability_rounds_to_zero) {
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

Test(backend_values, dropout_keeps_the_mean_and_drops_the_share_asked_for) {
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
