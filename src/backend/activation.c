/* The names of activations, and their formulas (activation_values.h) one by one. */
#include "backend/activation_values.h"

#include <assert.h>
#include <stddef.h>

const char *const dk_act_names[] = {
#define NAME(upper, lower) #lower,
    DK_ACTS(NAME)
#undef NAME
        NULL};

float dk_act_value(dk_act act, float z) {
    return dk_act_value_of(act, z);
}

float dk_act_slope(dk_act act, float z) {
    return dk_act_slope_at(act, dk_act_from_value(act) ? dk_act_value(act, z) : z);
}

bool dk_act_from_value(dk_act act) {
    return dk_act_slope_from_value(act);
}

float dk_act_slope_of_value(dk_act act, float y) {
    assert(dk_act_from_value(act));
    return dk_act_slope_at(act, y);
}
