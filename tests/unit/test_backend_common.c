/* What the engines share: activations by known values, rules of the optimiser by hand, the table of engines.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "backend/backend.h"
#include "backend/ref/ref.h"

/* ---- activations ---- */
Test(backend_common, activations_have_known_values) {
    static const struct {
        dk_act act;
        float z, y;
    } known[] = {
        {DK_ACT_LINEAR, -3, -3},
        {DK_ACT_RELU, -3, 0},
        {DK_ACT_RELU6, 7, 6},
        {DK_ACT_LEAKY, -3, -.3f},
        {DK_ACT_LOGISTIC, 1, .7310586f},
        {DK_ACT_TANH, 1, .7615942f},
        {DK_ACT_ELU, -1, -.6321206f},
        {DK_ACT_SELU, -1, -1.1113307f},
        {DK_ACT_SELU, 1, 1.0507010f},
        {DK_ACT_SWISH, 1, .7310586f},
        {DK_ACT_MISH, 1, .8650984f},
        {DK_ACT_MISH, -1, -.3034015f},
        {DK_ACT_HARD_MISH, -1, -.5f},
        {DK_ACT_HARD_MISH, -3, 0},
        {DK_ACT_GELU, 1, .8411920f},
        {DK_ACT_GELU, -1, -.1588080f},
        {DK_ACT_RAMP, 2, 2.2f},
        {DK_ACT_RAMP, -2, -.2f},
        {DK_ACT_RELIE, -3, -.03f},
        {DK_ACT_HARDTAN, -3, -1},
        {DK_ACT_LOGGY, 1, .4621172f},
        {DK_ACT_HARD_SWISH, -1, -.3333333f},
        {DK_ACT_HARD_SWISH, 4, 4},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        cr_expect_float_eq(dk_act_value(known[i].act, known[i].z), known[i].y, 1e-6f, "%s(%g) is %g",
                           dk_act_names[known[i].act], (double)known[i].z,
                           (double)dk_act_value(known[i].act, known[i].z));
    }
}

Test(backend_common, activations_stay_finite_far_from_zero) {
    for (int act = 0; act < DK_ACT_COUNT; act++) {
        for (float z = 1; z < 1e30f; z *= 10) {
            const float v[] = {dk_act_value((dk_act)act, z), dk_act_value((dk_act)act, -z),
                               dk_act_slope((dk_act)act, z), dk_act_slope((dk_act)act, -z)};
            for (int i = 0; i < 4; i++) {
                cr_expect(isfinite(v[i]), "%s at %g: %g", dk_act_names[act], (double)z, (double)v[i]);
            }
        }
    }
    cr_expect_null(dk_act_names[DK_ACT_COUNT]);
}

/* ---- the optimiser ---- */
static void step(dk_rule rule, long t, float *w, float *m, float *v, float g) {
    dk_backend *be = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_backend_open(&be, "ref", 1, &err), DK_OK, "%s", err.text);
    const dk_update u = {.rule = rule,
                         .n = 1,
                         .w = w,
                         .m = m,
                         .v = v,
                         .g = &g,
                         .rate = .1f,
                         .decay = .01f,
                         .momentum = .9f,
                         .beta1 = .9f,
                         .beta2 = .999f,
                         .eps = 1e-8f,
                         .t = t};
    cr_assert_eq(be->update(be, &u, &err), DK_OK);
    dk_backend_close(be);
}

Test(backend_common, optimiser_rules) {
    static const struct {
        dk_rule rule;
        float first, second; /* w after one and two steps from 1 with gradients .5 and −.2 */
    } known[] = {
        {DK_RULE_SGD, .949f, .922151f},
        {DK_RULE_NESTEROV, .9031f, .8980741f},
        {DK_RULE_ADAM, .9f, .8633641f},
        {DK_RULE_ADAMW, .899f, .8635404f},
    };
    for (int i = 0; i < 4; i++) {
        float w = 1, m = 0, v = 0;
        step(known[i].rule, 1, &w, &m, &v, .5f);
        cr_expect_float_eq(w, known[i].first, 1e-5f, "rule %d: %g", i, (double)w);
        step(known[i].rule, 2, &w, &m, &v, -.2f);
        cr_expect_float_eq(w, known[i].second, 1e-5f, "rule %d: %g", i, (double)w);
    }
}

Test(backend_common, an_unknown_engine_is_an_error_that_lists_those_there_are) {
    dk_backend *be = NULL;
    dk_error err = {0};
    cr_expect_eq(dk_backend_open(&be, "abacus", 0, &err), DK_EUSAGE);
    cr_expect_null(be);
    cr_expect_not_null(strstr(err.text, "abacus"));
    cr_expect_not_null(strstr(err.text, "ref"));
    dk_backend_close(NULL);
}

Test(backend_common, names_are_those_of_the_rows) {
    int n = 0;
    for (; dk_engines[n] != NULL; n++) {
        cr_expect_str_eq(dk_backends()[n], dk_engines[n]->name);
        cr_expect_leq((int)dk_engines[n]->most, (int)dk_engines_isa());
    }
    cr_expect(n > 0 && dk_backends()[n] == NULL);
}

static dk_status open_nowhere(dk_backend **out, int threads, dk_error *err) {
    (void)out, (void)threads;
    return dk_fail(err, DK_EUNSUPPORTED, "there is no such device");
}

static dk_status open_broken(dk_backend **out, int threads, dk_error *err) {
    (void)out, (void)threads;
    return dk_fail(err, DK_EBACKEND, "broken");
}

/* Unless one is named, an engine that this machine does not support gives way to the next; other failures are told. */
Test(backend_common, the_default_is_the_first_that_opens) {
    static const dk_engine nowhere = {.name = "nowhere", .most = DK_ISA_BASE, .open = open_nowhere},
                           broken = {.name = "broken", .most = DK_ISA_BASE, .open = open_broken};
    const dk_engine *const first[] = {&nowhere, &dk_engine_ref, NULL}, *const none[] = {&nowhere, NULL},
                           *const fails[] = {&broken, &dk_engine_ref, NULL};
    dk_backend *be = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_engines_open(first, &be, NULL, 1, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(be->name, "ref");
    dk_backend_close(be);
    cr_expect_eq(dk_engines_open(first, &be, "nowhere", 1, &err), DK_EUNSUPPORTED);
    cr_expect_eq(dk_engines_open(none, &be, NULL, 1, &err), DK_EUNSUPPORTED);
    cr_expect_str_eq(err.text, "there is no such device");
    cr_expect_eq(dk_engines_open(fails, &be, NULL, 1, &err), DK_EBACKEND);
}

Test(backend_common, a_fresh_network_takes_the_first_statistics_as_they_are) {
    float mean[2] = {0, 0}, variance[2] = {0, 0};
    dk_norm_roll(mean, variance, (float[]){1, 2}, (float[]){3, 4}, 2, .99f);
    cr_expect_eq(mean[1], 2.f);
    cr_expect_eq(variance[1], 4.f);
    dk_norm_roll(mean, variance, (float[]){2, 2}, (float[]){3, 4}, 2, .75f);
    cr_expect_float_eq(mean[0], 1.25f, 1e-6f);
}
