/* Plans that an engine cannot make: an error at the layer's line, with and without a place for its text. */
#include <criterion/criterion.h>

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
