/* The formulas of activations, for every engine that computes them one by one, on the host and on devices: value and
 * slope, which is told from the value y where that is possible, else from z. What they mean is in activation.h; here
 * they are written so that no exp overflows into a NaN. */
#ifndef DK_BACKEND_ACTIVATION_VALUES_H
#define DK_BACKEND_ACTIVATION_VALUES_H

#include <math.h>

#include "backend/activation.h"
#include "base/host_device.h"

/* upper, lower, what the slope is told from */
/* clang-format off */
#define DK_ACT_ROWS(X)                                                                                       \
    X(LINEAR, linear, y) X(RELU, relu, y) X(RELU6, relu6, y) X(LEAKY, leaky, y) X(LOGISTIC, logistic, y)     \
    X(TANH, tanh, y) X(ELU, elu, y) X(SELU, selu, y) X(SWISH, swish, z) X(MISH, mish, z)                     \
    X(HARD_MISH, hard_mish, z) X(GELU, gelu, z) X(RAMP, ramp, y) X(RELIE, relie, y) X(HARDTAN, hardtan, y)   \
    X(LOGGY, loggy, y) X(HARD_SWISH, hard_swish, z)
/* clang-format on */

#define DK_SELU_SCALE 1.0507009873554805f
#define DK_SELU_ALPHA 1.6732632423543773f
#define DK_GELU_SCALE 0.7978845608028654f /* sqrt(2/π) */
#define DK_GELU_CUBIC 0.044715f
/* ---- values ---- */
DK_BOTH float dk_value_linear(float z) {
    return z;
}

DK_BOTH float dk_value_relu(float z) {
    return z > 0 ? z : 0;
}

DK_BOTH float dk_value_relu6(float z) {
    return z > 6 ? 6 : dk_value_relu(z);
}

DK_BOTH float dk_value_leaky(float z) {
    return z > 0 ? z : .1f * z;
}

DK_BOTH float dk_value_relie(float z) {
    return z > 0 ? z : .01f * z;
}

DK_BOTH float dk_value_ramp(float z) {
    return dk_value_relu(z) + .1f * z;
}

DK_BOTH float dk_value_hardtan(float z) {
    return z > 1 ? 1 : z < -1 ? -1 : z;
}

DK_BOTH float dk_value_logistic(float z) {
    return 1 / (1 + expf(-z));
}

DK_BOTH float dk_value_loggy(float z) {
    return tanhf(z / 2); /* = 2/(1 + e^−z) − 1 */
}

DK_BOTH float dk_value_elu(float z) {
    return z > 0 ? z : expm1f(z);
}

DK_BOTH float dk_value_selu(float z) {
    return DK_SELU_SCALE * (z > 0 ? z : DK_SELU_ALPHA * expm1f(z));
}

DK_BOTH float dk_value_swish(float z) {
    return z * dk_value_logistic(z);
}

/* tanh(log(1 + e)) = (e² + 2e)/(e² + 2e + 2) with e = e^z; 1 to float's last digit above 20. */
DK_BOTH float dk_tanh_softplus(float z) {
    if (z > 20) {
        return 1;
    }
    const float e = expf(z), n = e * (e + 2);
    return n / (n + 2);
}

DK_BOTH float dk_value_mish(float z) {
    return z * dk_tanh_softplus(z);
}

DK_BOTH float dk_value_hard_mish(float z) {
    return z > 0 ? z : z > -2 ? z * z / 2 + z : 0;
}

DK_BOTH float dk_value_hard_swish(float z) {
    return z * (dk_value_relu6(z + 3) / 6);
}

DK_BOTH float dk_gelu_tanh(float z) {
    return tanhf(DK_GELU_SCALE * (z + DK_GELU_CUBIC * z * z * z));
}

DK_BOTH float dk_value_gelu(float z) {
    return z / 2 * (1 + dk_gelu_tanh(z));
}

/* ---- slopes from the value y ---- */
DK_BOTH float dk_slope_linear(float y) {
    (void)y;
    return 1;
}

DK_BOTH float dk_slope_relu(float y) {
    return y > 0;
}

DK_BOTH float dk_slope_relu6(float y) {
    return y > 0 && y < 6;
}

DK_BOTH float dk_slope_leaky(float y) {
    return y > 0 ? 1 : .1f;
}

DK_BOTH float dk_slope_relie(float y) {
    return y > 0 ? 1 : .01f;
}

DK_BOTH float dk_slope_ramp(float y) {
    return y > 0 ? 1.1f : .1f;
}

DK_BOTH float dk_slope_hardtan(float y) {
    return y > -1 && y < 1;
}

DK_BOTH float dk_slope_logistic(float y) {
    return y * (1 - y);
}

DK_BOTH float dk_slope_tanh(float y) {
    return 1 - y * y;
}

DK_BOTH float dk_slope_loggy(float y) {
    return (1 - y * y) / 2;
}

DK_BOTH float dk_slope_elu(float y) {
    return y > 0 ? 1 : y + 1;
}

DK_BOTH float dk_slope_selu(float y) {
    return y > 0 ? DK_SELU_SCALE : y + DK_SELU_SCALE * DK_SELU_ALPHA;
}

/* ---- slopes that need z ---- */
DK_BOTH float dk_slope_swish(float z) {
    const float s = dk_value_logistic(z);
    return s + z * s * (1 - s);
}

DK_BOTH float dk_slope_mish(float z) {
    const float t = dk_tanh_softplus(z);
    return t + z * (1 - t * t) * dk_value_logistic(z);
}

DK_BOTH float dk_slope_hard_mish(float z) {
    return z > 0 ? 1 : z > -2 ? z + 1 : 0;
}

DK_BOTH float dk_slope_hard_swish(float z) {
    return z > 3 ? 1 : z > -3 ? (2 * z + 3) / 6 : 0;
}

DK_BOTH float dk_slope_gelu(float z) {
    if (fabsf(z) > 10) {
        return z > 0; /* the formula would meet 0·∞ */
    }
    const float t = dk_gelu_tanh(z);
    return (1 + t) / 2 + z / 2 * (1 - t * t) * DK_GELU_SCALE * (1 + 3 * DK_GELU_CUBIC * z * z);
}

DK_BOTH float dk_value_tanh(float z) {
    return tanhf(z);
}

/* ---- by name ---- */
DK_BOTH float dk_act_value_of(dk_act act, float z) {
    switch (act) {
#define ROW(upper, lower, from)                                                                              \
    case DK_ACT_##upper:                                                                                     \
        return dk_value_##lower(z);
        DK_ACT_ROWS(ROW)
#undef ROW
    default:
        return z;
    }
}

/* Of y where dk_act_slope_from_value, else of z. */
DK_BOTH float dk_act_slope_at(dk_act act, float value) {
    switch (act) {
#define ROW(upper, lower, from)                                                                              \
    case DK_ACT_##upper:                                                                                     \
        return dk_slope_##lower(value);
        DK_ACT_ROWS(ROW)
#undef ROW
    default:
        return 1;
    }
}

DK_BOTH bool dk_act_slope_from_value(dk_act act) {
    enum { z, y };
    switch (act) {
#define ROW(upper, lower, from)                                                                              \
    case DK_ACT_##upper:                                                                                     \
        return from == y;
        DK_ACT_ROWS(ROW)
#undef ROW
    default:
        return true;
    }
}

#endif
