/* Mixing pairs of training pictures: mixup (Zhang et al. 2018) blends two, cutmix (Yun et al. 2019) pastes a
 * rectangle of one into the other; the targets are mixed by the same shares. Here: the conf, what is drawn,
 * and the arithmetic; the keys are in augment.c's table, and who the partner is, is row.c's. */
#ifndef DK_DATA_MIX_H
#define DK_DATA_MIX_H

#include "base/rng.h"
#include "cfg/option.h"

/* Part of dk_augment_conf, whose table has the keys. */
typedef struct {
    int mixup;                            /* 1: on */
    float mixup_alpha, mixup_probability; /* shares are drawn from Beta(alpha, alpha) */
    int cutmix;
    float cutmix_min, cutmix_max, cutmix_probability; /* side of the rectangle, share of the network's */
} dk_mix_conf;

/* Are pairs mixed at all? */
bool dk_mix_on(const dk_mix_conf *conf);

DK_CHECKED dk_status dk_mix_check(const dk_section *s, const dk_mix_conf *conf, dk_error *err);

/* How one picture is mixed with its partner. */
typedef struct {
    float share;    /* of the partner, in pixels and target, 0…1; 0: not mixed */
    int x, y, w, h; /* the rectangle that becomes the partner's; w = 0: everything is blended */
} dk_mix;

/* For planes of h·w: same rng, same answer. A picture is blended or pasted into, never both. */
dk_mix dk_mix_draw(const dk_mix_conf *conf, int h, int w, dk_rng *rng);

/* planes[channels][h][w] become the mixture with those of the partner. */
void dk_mix_apply(const dk_mix *mix, const float *partner, int channels, int h, int w, float *planes);

#endif
