/* With share s of the partner b, for pixels and one-hot targets alike:
 *     mixup     a·(1 − s) + b·s, s ~ Beta(α, α)
 *     cutmix    b inside the rectangle, a outside, s = its area ÷ the picture's
 * The rectangle's sides are drawn one by one and it lies inside the picture, as Darknet has it (the paper has
 * one ratio of sides, and lets it hang over the edge). Darknet blends halves; a large α comes to that. */
#include "data/mix.h"

#include <math.h>
#include <string.h>

static float mixup_chance(const dk_mix_conf *c) {
    return c->mixup ? c->mixup_probability : 0;
}

static float cutmix_chance(const dk_mix_conf *c) {
    return c->cutmix ? c->cutmix_probability : 0;
}

bool dk_mix_on(const dk_mix_conf *c) {
    return mixup_chance(c) > 0 || cutmix_chance(c) > 0;
}

dk_status dk_mix_check(const dk_section *s, const dk_mix_conf *c, dk_error *err) {
    if (c->cutmix_min > c->cutmix_max) {
        return dk_section_fail(s, dk_section_get(s, "cutmix_min") != NULL ? "cutmix_min" : "cutmix_max", err,
                               "cutmix_min %g is larger than cutmix_max %g", (double)c->cutmix_min,
                               (double)c->cutmix_max);
    }
    if (mixup_chance(c) + cutmix_chance(c) > 1) {
        return dk_section_fail(
            s, "mixup", err,
            "a picture gets mixup or cutmix, and their probabilities %g and %g are more than "
            "1 together",
            (double)c->mixup_probability, (double)c->cutmix_probability);
    }
    return DK_OK;
}

static int draw_side(const dk_mix_conf *c, int side, dk_rng *rng) {
    const long cut = lrintf((float)side * dk_rng_uniform(rng, c->cutmix_min, c->cutmix_max));
    return cut < 1 ? 1 : (int)cut;
}

dk_mix dk_mix_draw(const dk_mix_conf *c, int h, int w, dk_rng *rng) {
    dk_mix mix = {0};
    const float dice = dk_rng_uniform(rng, 0, 1);
    if (dice < mixup_chance(c)) {
        mix.share = dk_rng_beta(rng, c->mixup_alpha, c->mixup_alpha);
    } else if (dice < mixup_chance(c) + cutmix_chance(c)) {
        mix.w = draw_side(c, w, rng);
        mix.h = draw_side(c, h, rng);
        mix.x = (int)dk_rng_below(rng, (uint32_t)(w - mix.w + 1));
        mix.y = (int)dk_rng_below(rng, (uint32_t)(h - mix.h + 1));
        mix.share = (float)((double)mix.w * mix.h / ((double)w * h));
    }
    return mix;
}

static void blend(float share, const float *partner, size_t n, float *values) {
    for (size_t i = 0; i < n; i++) {
        values[i] += share * (partner[i] - values[i]);
    }
}

void dk_mix_apply(const dk_mix *mix, const float *partner, int channels, int h, int w, float *planes) {
    if (mix->w == 0) {
        blend(mix->share, partner, (size_t)channels * (size_t)h * (size_t)w, planes);
        return;
    }
    for (int c = 0; c < channels; c++) {
        for (int y = mix->y; y < mix->y + mix->h; y++) {
            const ptrdiff_t at = ((ptrdiff_t)c * h + y) * w + mix->x;
            memcpy(planes + at, partner + at, (size_t)mix->w * sizeof *planes);
        }
    }
}
