/* HSV without the detour where it can be: with V = max(R, G, B) every value of a pixel is V − (V − value),
 * the distance V − value grows with S and all with V, so scaling S by s and V by e is
 *     value' = e·(V − s·(V − value)).
 * Only a turned hue needs the angle itself; back from it, with k = (5, 3, 1 for R, G, B) + 6·H modulo 6,
 *     value = V − V·S·max(0, min(k, 4 − k, 1)).
 * Source: A. R. Smith, Color Gamut Transform Pairs, 1978. */
#include <math.h>

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
    for (size_t i = 0; i < values && c->gamma != 1; i++) {
        planes[i] = powf(planes[i], c->gamma);
    }
}
