/* Activation functions: one row each. The formulas are the reference for every engine.
 *   linear z · relu max(z,0) · relu6 min(max(z,0),6) · leaky z>0?z:.1z · logistic 1/(1+e^−z) · tanh
 *   elu z>0?z:e^z−1 · selu 1.0507·(z>0?z:1.6733·(e^z−1)) (Klambauer 2017) · swish z·logistic(z)
 *   mish z·tanh(log(1+e^z)) · hard_mish z>0?z: z>−2? z²/2+z : 0 · gelu tanh form (Hendrycks & Gimpel 2016)
 *   hard_swish z·min(max(z+3,0),6)/6 (Howard 2019)
 *   ramp max(z,0)+.1z · relie z>0?z:.01z · hardtan min(max(z,−1),1) · loggy 2/(1+e^−z)−1 */
#ifndef DK_BACKEND_ACTIVATION_H
#define DK_BACKEND_ACTIVATION_H

#include <stdbool.h>

/* clang-format off */
#define DK_ACTS(X)                                                                                           \
    X(LINEAR, linear) X(RELU, relu) X(RELU6, relu6) X(LEAKY, leaky) X(LOGISTIC, logistic) X(TANH, tanh)      \
    X(ELU, elu) X(SELU, selu) X(SWISH, swish) X(MISH, mish) X(HARD_MISH, hard_mish) X(GELU, gelu)            \
    X(RAMP, ramp) X(RELIE, relie) X(HARDTAN, hardtan) X(LOGGY, loggy) X(HARD_SWISH, hard_swish)
/* clang-format on */
typedef enum {
#define DK_ACT_ENUM(upper, lower) DK_ACT_##upper,
    DK_ACTS(DK_ACT_ENUM)
#undef DK_ACT_ENUM
        DK_ACT_COUNT
} dk_act;

/* Names in the order of the enum, then NULL: what a DK_CHOICE option wants. */
extern const char *const dk_act_names[];

float dk_act_value(dk_act act, float z);
float dk_act_slope(dk_act act, float z); /* d value / d z */

/* For functions whose slope can be told from the value alone (so that z need not be kept). */
bool dk_act_from_value(dk_act act);
float dk_act_slope_of_value(dk_act act, float y); /* only where dk_act_from_value */

#endif
