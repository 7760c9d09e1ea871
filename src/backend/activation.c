/* The table of activations: value, slope, and where possible the slope from the value. The formulas are in
 * activation.h; here they are written so that no exp overflows into a NaN. */
#include "backend/activation.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#define SELU_SCALE 1.0507009873554805f
#define SELU_ALPHA 1.6732632423543773f
#define GELU_SCALE 0.7978845608028654f /* sqrt(2/π) */
#define GELU_CUBIC 0.044715f

const char *const dk_act_names[] = {
#define NAME(upper, lower) #lower,
    DK_ACTS(NAME)
#undef NAME
        NULL};

/* ---- values ---- */
static float linear(float z) {
    return z;
}

static float relu(float z) {
    return z > 0 ? z : 0;
}

static float relu6(float z) {
    return z > 6 ? 6 : relu(z);
}

static float leaky(float z) {
    return z > 0 ? z : .1f * z;
}

static float relie(float z) {
    return z > 0 ? z : .01f * z;
}

static float ramp(float z) {
    return relu(z) + .1f * z;
}

static float hardtan(float z) {
    return z > 1 ? 1 : z < -1 ? -1 : z;
}

static float logistic(float z) {
    return 1 / (1 + expf(-z));
}

static float loggy(float z) {
    return tanhf(z / 2); /* = 2/(1 + e^−z) − 1 */
}

static float elu(float z) {
    return z > 0 ? z : expm1f(z);
}

static float selu(float z) {
    return SELU_SCALE * (z > 0 ? z : SELU_ALPHA * expm1f(z));
}

static float swish(float z) {
    return z * logistic(z);
}

/* tanh(log(1 + e)) = (e² + 2e)/(e² + 2e + 2) with e = e^z; 1 to float's last digit above 20. */
static float tanh_softplus(float z) {
    if (z > 20) {
        return 1;
    }
    const float e = expf(z), n = e * (e + 2);
    return n / (n + 2);
}

static float mish(float z) {
    return z * tanh_softplus(z);
}

static float hard_mish(float z) {
    return z > 0 ? z : z > -2 ? z * z / 2 + z : 0;
}

static float hard_swish(float z) {
    return z * (relu6(z + 3) / 6);
}

static float gelu_tanh(float z) {
    return tanhf(GELU_SCALE * (z + GELU_CUBIC * z * z * z));
}

static float gelu(float z) {
    return z / 2 * (1 + gelu_tanh(z));
}

/* ---- slopes from the value y ---- */
static float linear_y(float y) {
    (void)y;
    return 1;
}

static float relu_y(float y) {
    return y > 0;
}

static float relu6_y(float y) {
    return y > 0 && y < 6;
}

static float leaky_y(float y) {
    return y > 0 ? 1 : .1f;
}

static float relie_y(float y) {
    return y > 0 ? 1 : .01f;
}

static float ramp_y(float y) {
    return y > 0 ? 1.1f : .1f;
}

static float hardtan_y(float y) {
    return y > -1 && y < 1;
}

static float logistic_y(float y) {
    return y * (1 - y);
}

static float tanh_y(float y) {
    return 1 - y * y;
}

static float loggy_y(float y) {
    return (1 - y * y) / 2;
}

static float elu_y(float y) {
    return y > 0 ? 1 : y + 1;
}

static float selu_y(float y) {
    return y > 0 ? SELU_SCALE : y + SELU_SCALE * SELU_ALPHA;
}

/* ---- slopes that need z ---- */
static float swish_z(float z) {
    const float s = logistic(z);
    return s + z * s * (1 - s);
}

static float mish_z(float z) {
    const float t = tanh_softplus(z);
    return t + z * (1 - t * t) * logistic(z);
}

static float hard_mish_z(float z) {
    return z > 0 ? 1 : z > -2 ? z + 1 : 0;
}

static float hard_swish_z(float z) {
    return z > 3 ? 1 : z > -3 ? (2 * z + 3) / 6 : 0;
}

static float gelu_z(float z) {
    if (fabsf(z) > 10) {
        return z > 0; /* the formula would meet 0·∞ */
    }
    const float t = gelu_tanh(z);
    return (1 + t) / 2 + z / 2 * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBIC * z * z);
}

/* One of slope_of_value and slope is there. */
static const struct {
    float (*value)(float z), (*slope_of_value)(float y), (*slope)(float z);
} table[DK_ACT_COUNT] = {
    [DK_ACT_LINEAR] = {linear, linear_y, NULL},
    [DK_ACT_RELU] = {relu, relu_y, NULL},
    [DK_ACT_RELU6] = {relu6, relu6_y, NULL},
    [DK_ACT_LEAKY] = {leaky, leaky_y, NULL},
    [DK_ACT_LOGISTIC] = {logistic, logistic_y, NULL},
    [DK_ACT_TANH] = {tanhf, tanh_y, NULL},
    [DK_ACT_ELU] = {elu, elu_y, NULL},
    [DK_ACT_SELU] = {selu, selu_y, NULL},
    [DK_ACT_SWISH] = {swish, NULL, swish_z},
    [DK_ACT_MISH] = {mish, NULL, mish_z},
    [DK_ACT_HARD_MISH] = {hard_mish, NULL, hard_mish_z},
    [DK_ACT_GELU] = {gelu, NULL, gelu_z},
    [DK_ACT_RAMP] = {ramp, ramp_y, NULL},
    [DK_ACT_RELIE] = {relie, relie_y, NULL},
    [DK_ACT_HARDTAN] = {hardtan, hardtan_y, NULL},
    [DK_ACT_LOGGY] = {loggy, loggy_y, NULL},
    [DK_ACT_HARD_SWISH] = {hard_swish, NULL, hard_swish_z},
};

float dk_act_value(dk_act act, float z) {
    return table[act].value(z);
}

float dk_act_slope(dk_act act, float z) {
    return dk_act_from_value(act) ? table[act].slope_of_value(table[act].value(z)) : table[act].slope(z);
}

bool dk_act_from_value(dk_act act) {
    return table[act].slope_of_value != NULL;
}

float dk_act_slope_of_value(dk_act act, float y) {
    assert(dk_act_from_value(act));
    return table[act].slope_of_value(y);
}
