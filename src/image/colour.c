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

/* Turns 0…1 around the colour circle; grey has hue 0. */
static float hue_of(float r, float g, float b, float top, float range) {
    if (range <= 0) {
        return 0;
    }
    const float sixths = top == r ? (g - b) / range : top == g ? 2 + (b - r) / range : 4 + (r - g) / range;
    return sixths / 6;
}

/* The value of one colour at sixth `from` of the circle, given hue in turns, V and V·S. */
static float value_at(float from, float hue, float top, float range) {
    const float turned = from + 6 * hue;
    const float k = turned - 6 * floorf(turned / 6);
    return top - range * fmaxf(0, fminf(fminf(k, 4 - k), 1));
}

static void change_hsv(const dk_colour *c, float *planes, size_t n) {
    float *const red = planes, *const green = planes + n, *const blue = planes + 2 * n;
    for (size_t i = 0; i < n; i++) {
        const float r = red[i], g = green[i], b = blue[i];
        const float top = fmaxf(r, fmaxf(g, b));
        if (c->hue == 0) {
            red[i] = c->exposure * (top - c->saturation * (top - r));
            green[i] = c->exposure * (top - c->saturation * (top - g));
            blue[i] = c->exposure * (top - c->saturation * (top - b));
            continue;
        }
        const float range = top - fminf(r, fminf(g, b));
        const float hue = hue_of(r, g, b, top, range) + c->hue;
        const float v = c->exposure * top, chroma = c->exposure * c->saturation * range;
        red[i] = value_at(5, hue, v, chroma);
        green[i] = value_at(3, hue, v, chroma);
        blue[i] = value_at(1, hue, v, chroma);
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
