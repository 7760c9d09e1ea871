/* Augmentation: draws one dk_affine and one dk_colour per sample from the keys of [net], Darknet's names and
 * meaning where it has them. Drawing and applying are apart: this file only draws; image/warp.h applies. */
#ifndef DK_DATA_AUGMENT_H
#define DK_DATA_AUGMENT_H

#include "base/rng.h"
#include "cfg/option.h"
#include "data/mix.h"
#include "image/warp.h"

typedef struct {
    int min_crop, max_crop; /* side of the picture, in network pixels, that the shorter side is scaled to
                               before a network-sized window is cut; DK_AUTO: the network's size */
    float aspect;           /* factor, drawn as dk_rng_scale */
    float angle;            /* ± degrees */
    float translation;      /* ± share of the side */
    int flip;               /* 1: mirror half of them */
    float hue, saturation, exposure;         /* ± turns; factors drawn as dk_rng_scale */
    float brightness, contrast;              /* ± added; factor drawn as dk_rng_scale */
    float colour_gamma;                      /* exponent drawn as dk_rng_scale */
    float colour_probability;                /* of all these colour changes together */
    int blur;                                /* Darknet's: side of the kernel; 1: 15 */
    float blur_sigma;                        /* largest σ in network pixels; excludes blur */
    float blur_probability;                  /* of either */
    float gaussian_noise, noise_probability; /* standard deviation, in levels of 0…255 */
    float erase, erase_min, erase_max; /* probability and share of the area of random erasing (Zhong 2017) */
    dk_mix_conf mix;                   /* mixup and cutmix */
    float augment_until;               /* share of the run after which mixing and erasing end; 1: never */
    int border;                        /* dk_border */
} dk_augment_conf;
extern const dk_opt dk_augment_opts[];

/* Keys of dk_input_conf: input_mean, input_scale, grey. */
extern const dk_opt dk_input_opts[];

DK_CHECKED dk_status dk_augment_check(const dk_section *s, const dk_augment_conf *conf, int w, int h,
                                      dk_error *err);

typedef struct {
    dk_affine map;
    dk_colour colour;
    dk_border border;
    int erase_x, erase_y, erase_w, erase_h; /* network pixels; w = 0: none */
} dk_augmentation;

/* Do mixing and erasing still go on at sample `position` of a run of `samples` (0: nobody knows)? */
bool dk_augment_goes_on(const dk_augment_conf *conf, long position, long samples);

/* The same augmentation for a network of width `to` whose pixels were counted for a width of `from`: crops and blurs
 * scaled, by rounding where they are whole. */
dk_augment_conf dk_augment_scaled(const dk_augment_conf *conf, int from, int to);

/* The augmentation of one sample: same rng, same answer. */
dk_augmentation dk_augment_draw(const dk_augment_conf *conf, int source_w, int source_h, int w, int h,
                                dk_rng *rng);

/* Warps and erases (erased cells get the mean of the planes). */
DK_CHECKED dk_status dk_augment_apply(const dk_augmentation *a, const dk_image *image,
                                      const dk_input_conf *input, int channels, int h, int w, float *planes,
                                      dk_error *err);

#endif
