/* HSV without the detour where it can be: with V = max(R, G, B) every value of a pixel is V − (V − value),
 * the distance V − value grows with S and all with V, so scaling S by s and V by e is
 *     value' = e·(V − s·(V − value)).
 * Only a turned hue needs the angle itself; back from it, with k = (5, 3, 1 for R, G, B) + 6·H modulo 6,
 *     value = V − V·S·max(0, min(k, 4 − k, 1)).
 * Source: A. R. Smith, Color Gamut Transform Pairs, 1978. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "image/colour.h"

const dk_colour dk_colour_none = {
    .hue = 0, .saturation = 1, .exposure = 1, .brightness = 0, .contrast = 1, .gamma = 1};

static inline float larger(float a, float b) {
    return a > b ? a : b;
}

static inline float smaller(float a, float b) {
    return a < b ? a : b;
}

/* Where it is on the colour circle, in sixths −1…5; grey is at 0. */
static inline float hue_of(float r, float g, float b, float top, float range) {
    const bool reddish = top == r, greenish = top == g;
    const float other = greenish ? b - r : r - g, side = reddish ? g - b : other;
    const float behind = greenish ? 2 : 4, from = reddish ? 0 : behind;
    return from + side / larger(range, 1e-30f);
}

/* The value of one colour that begins at sixth `from` of the circle, given 0 ≤ from + hue < 18, V and V·S. */
static inline float value_at(float from, float hue, float top, float range) {
    const float turned = from + hue;
    const float once = turned - (turned >= 6 ? 6 : 0), k = once - (once >= 6 ? 6 : 0);
    return top - range * larger(0, smaller(smaller(k, 4 - k), 1));
}

static void turn_hue(const dk_colour *c, float *planes, size_t n) {
    float *restrict const red = planes, *restrict const green = planes + n,
                          *restrict const blue = planes + 2 * n;
    const float turn = 6 * (c->hue - floorf(c->hue));
    for (size_t i = 0; i < n; i++) {
        const float r = red[i], g = green[i], b = blue[i];
        const float top = larger(r, larger(g, b)), range = top - smaller(r, smaller(g, b));
        const float hue = hue_of(r, g, b, top, range) + turn;
        const float v = c->exposure * top, chroma = c->exposure * c->saturation * range;
        red[i] = value_at(5, hue, v, chroma);
        green[i] = value_at(3, hue, v, chroma);
        blue[i] = value_at(1, hue, v, chroma);
    }
}

static void change_hsv(const dk_colour *c, float *planes, size_t n) {
    float *restrict const red = planes, *restrict const green = planes + n,
                          *restrict const blue = planes + 2 * n;
    if (c->hue != 0) {
        turn_hue(c, planes, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const float top = larger(red[i], larger(green[i], blue[i]));
        red[i] = c->exposure * (top - c->saturation * (top - red[i]));
        green[i] = c->exposure * (top - c->saturation * (top - green[i]));
        blue[i] = c->exposure * (top - c->saturation * (top - blue[i]));
    }
}

/* Base-2 logarithm of x ≥ 0 (of 0 it is −127): with x = 2^e·m, √½ ≤ m < √2 and t = (m − 1)/(m + 1) it is
 * e + 2/ln 2 · (t + t³/3 + t⁵/5), whose next term is below 2e-6. */
static inline float log_two(float x) {
    const int32_t root = 0x3F3504F3; /* the bits of √½ */
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int32_t exponent = (bits - root) >> 23, mantissa = bits - exponent * (1 << 23);
    float m;
    memcpy(&m, &mantissa, sizeof m);
    const float t = (m - 1) / (m + 1), s = t * t;
    return (float)exponent + 2.88539008f * t * (1 + s * (1.f / 3 + s / 5));
}

/* 2^x for x ≤ 0, at least 2^−127: the nearest whole power times the series of e^(f·ln 2), |f| ≤ ½, up to f⁵. */
static inline float power_of_two(float x) {
    const int32_t whole = (int32_t)(x - .5f);
    const int32_t bits = (whole > -126 ? whole + 127 : 1) * (1 << 23);
    const float f = .693147181f * (x - (float)whole);
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale * (1 + f * (1 + f * (1.f / 2 + f * (1.f / 6 + f * (1.f / 24 + f / 120)))));
}

/* values of 0…1 to a power: what powf gives within 1e-5, for vectors. The quotient is 1, and 0 for 0. */
static void raise(float *values, size_t n, float power) {
    for (size_t i = 0; i < n; i++) {
        const float v = values[i];
        values[i] = v / (v + 1e-20f) * power_of_two(power * log_two(v));
    }
}

void dk_colour_apply(const dk_colour *c, float *planes, int count, size_t n) {
    const bool hsv = c->hue != 0 || c->saturation != 1 || c->exposure != 1;
    const size_t values = (size_t)count * n;
    float factor = c->contrast;
    if (count == 3 && hsv) {
        change_hsv(c, planes, n);
    } else {
        factor *= c->exposure;
    }
    if (hsv || c->contrast != 1 || c->brightness != 0) {
        /* contrast·(v − ½) + ½ + brightness */
        const float shift = .5f - .5f * c->contrast + c->brightness;
        for (size_t i = 0; i < values; i++) {
            const float v = factor * planes[i] + shift;
            planes[i] = v < 0 ? 0 : v > 1 ? 1 : v;
        }
    }
    if (c->gamma != 1) {
        raise(planes, values, c->gamma);
    }
}
