/* What a layer cannot have: plans that an engine cannot make, more plans and parameters than there is room for. Errors at
 * the layer's line, with and without a place for their text. */
#include <criterion/criterion.h>
#include <string.h>

#include "layer/layer.h"

TestSuite(layer_plan);

static dk_status refuse(dk_backend *be, const dk_plan_desc *desc, dk_plan **out, dk_error *err) {
    (void)be;
    (void)desc;
    *out = NULL;
    return dk_fail(err, DK_EBACKEND, "no such thing");
}

static const dk_layer_context context = {.precision = DK_F32};
static const dk_section section = {.name = "maxpool", .file = "a.cfg", .line = 7};

Test(layer_plan, a_failure_names_the_line) {
    dk_backend be = {.plan = refuse};
    dk_layer l = {.section = &section, .context = &context};
    dk_plan_desc desc = {.op = DK_OP_POOL};
    dk_error err = {0};
    cr_assert_eq(dk_layer_plan(&l, &be, &desc, &err), DK_EBACKEND);
    cr_assert_str_eq(err.text, "a.cfg:7: [maxpool]: no such thing");
    cr_assert_eq(l.plan_count, 0);
}

Test(layer_plan, a_failure_without_a_place_for_its_text_is_one_too) {
    dk_backend be = {.plan = refuse};
    dk_layer l = {.section = &section, .context = &context};
    dk_plan_desc desc = {.op = DK_OP_POOL};
    cr_assert_eq(dk_layer_plan(&l, &be, &desc, NULL), DK_EBACKEND);
}

Test(layer_plan, there_is_room_for_so_many_parameters) {
    dk_layer l = {.section = &section, .context = &context};
    const dk_param param = {.name = "gates", .count = 3};
    dk_error err = {0};
    for (int i = 0; i < DK_LAYER_PARAMS; i++) {
        cr_assert_eq(dk_layer_param(&l, &param, &err), DK_OK, "%s", err.text);
    }
    cr_assert_eq(dk_layer_param(&l, &param, &err), DK_ESHAPE);
    cr_expect(strstr(err.text, "a.cfg:7: [maxpool] gates would be one parameter too many") != NULL, "%s",
              err.text);
    cr_assert_eq(dk_layer_param(&l, &param, NULL), DK_ESHAPE);
    cr_assert_eq(dk_layer_biases(&l, 3, NULL), DK_ESHAPE);
    cr_assert_eq(l.param_count, DK_LAYER_PARAMS);
    l.param_count = DK_LAYER_PARAMS - 2; /* the third of a normalisation has none */
    cr_assert_eq(dk_layer_norm_params(&l, 3, &err), DK_ESHAPE);
    cr_expect(strstr(err.text, "rolling_variance") != NULL, "%s", err.text);
}

Test(layer_plan, there_is_room_for_so_many_plans) {
    dk_backend be = {.plan = refuse};
    dk_layer l = {.section = &section, .context = &context, .plan_count = DK_LAYER_PLANS};
    dk_plan_desc desc = {.op = DK_OP_POOL};
    dk_error err = {0};
    cr_assert_eq(dk_layer_plan(&l, &be, &desc, &err), DK_ESHAPE);
    cr_expect(strstr(err.text, "one operation too many") != NULL, "%s", err.text);
}
