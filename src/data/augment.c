/* Drawing augmentations. The map is put together from the output's pixel to the source's:
 *     window centre → mirror → rotate by angle → shift by place and translation → ÷ scale → source.
 * The picture is stretched by `aspect` in x and scaled so that it just covers the network's input, times
 * side ÷ network width: on square networks the shorter side becomes `side` pixels, as in Darknet. The window
 * is then put at random where the picture is larger than it; where it is smaller, in the middle.
 *
 * Darknet says how strong a blur is by the side k of its kernel; σ is then .3·((k − 1)/2 − 1) + .8, the rule
 * of OpenCV, which Darknet blurs with. */
#include "data/augment.h"

#include <math.h>

#define AT(field) offsetof(dk_augment_conf, field)
#define MAX_SIDE 16384
#define DARKNET_KERNEL 15 /* of blur=1 */
#define MAX_KERNEL (2 * DK_BLUR_RADIUS + 1)
#define MAX_SIGMA 16 /* 3σ, beyond which nothing is left, are within DK_BLUR_RADIUS */

static const char *const borders[] = {[DK_BORDER_EDGE] = "edge", [DK_BORDER_BLACK] = "black", NULL};

const dk_opt dk_augment_opts[] = {
    {"min_crop", DK_INT, AT(min_crop), .def = DK_AUTO, .min = 1, .max = MAX_SIDE,
     .help = "smallest side that pictures are scaled to before a window of the network's size is cut out "
             "(default: the network's width)"},
    {"max_crop", DK_INT, AT(max_crop), .def = DK_AUTO, .min = 1, .max = MAX_SIDE,
     .help = "largest such side (default: the network's width; Darknet's default is twice that)"},
    {"aspect", DK_FLOAT, AT(aspect), .def = 1, .min = .1, .max = 10,
     .help = "widths are stretched by up to this factor, or shrunk by it"},
    {"angle", DK_FLOAT, AT(angle), .def = 0, .min = 0, .max = 180, .help = "rotation, ± degrees"},
    {"translation", DK_FLOAT, AT(translation), .def = 0, .min = 0, .max = 1,
     .help = "shift, ± share of the side"},
    {"flip", DK_BOOL, AT(flip), .def = 1, .help = "mirror half of the pictures"},
    {"hue", DK_FLOAT, AT(hue), .def = 0, .min = 0, .max = 1,
     .help = "hue is turned by ± this share of the circle"},
    {"saturation", DK_FLOAT, AT(saturation), .def = 1, .min = .01, .max = 100,
     .help = "saturation is multiplied or divided by up to this factor"},
    {"exposure", DK_FLOAT, AT(exposure), .def = 1, .min = .01, .max = 100,
     .help = "values are multiplied or divided by up to this factor"},
    {"brightness", DK_FLOAT, AT(brightness), .def = 0, .min = 0, .max = 1,
     .help = "added to values of 0..1, ±"},
    {"contrast", DK_FLOAT, AT(contrast), .def = 1, .min = .01, .max = 100,
     .help = "distance from middle grey is multiplied or divided by up to this factor"},
    {"colour_gamma", DK_FLOAT, AT(colour_gamma), .def = 1, .min = .01, .max = 100,
     .help = "values are raised to a power of up to this, or to its inverse"},
    {"colour_probability", DK_FLOAT, AT(colour_probability), .def = 1, .min = 0, .max = 1,
     .help = "share of the pictures whose hue, saturation, exposure, brightness, contrast and gamma change"},
    {"blur", DK_INT, AT(blur), .def = 0, .min = 0, .max = MAX_KERNEL,
     .help = "Darknet's way to blur: side of the Gaussian's kernel, in network pixels; 1 means 15, 0 none"},
    {"blur_sigma", DK_FLOAT, AT(blur_sigma), .def = 0, .min = 0, .max = MAX_SIGMA,
     .help = "the other way: blur by a Gaussian of σ up to this, in network pixels"},
    {"blur_probability", DK_FLOAT, AT(blur_probability), .def = .25, .min = 0, .max = 1,
     .help = "share of the pictures that are blurred, by blur or blur_sigma"},
    {"gaussian_noise", DK_FLOAT, AT(gaussian_noise), .def = 0, .min = 0, .max = 127,
     .help = "standard deviation of noise, in levels of 0..255"},
    {"noise_probability", DK_FLOAT, AT(noise_probability), .def = .5, .min = 0, .max = 1,
     .help = "share of the pictures that get it"},
    {"erase", DK_FLOAT, AT(erase), .def = 0, .min = 0, .max = 1,
     .help = "probability that a rectangle is filled with the picture's mean"},
    {"erase_min", DK_FLOAT, AT(erase_min), .def = .02, .min = 0, .max = 1,
     .help = "smallest share of the area that is erased"},
    {"erase_max", DK_FLOAT, AT(erase_max), .def = .15, .min = 0, .max = 1, .help = "largest such share"},
    {"mixup", DK_BOOL, AT(mix.mixup), .def = 0,
     .help = "blend pictures, and their targets, with the next one of the epoch"},
    {"mixup_alpha", DK_FLOAT, AT(mix.mixup_alpha), .def = .2, .min = .01, .max = 1000,
     .help = "the next one's share is drawn from Beta(alpha, alpha): small leaves most pictures nearly "
             "whole, 1 is "
             "even, 1000 comes to Darknet's halves"},
    {"mixup_probability", DK_FLOAT, AT(mix.mixup_probability), .def = .5, .min = 0, .max = 1,
     .help = "share of the pictures that are blended"},
    {"cutmix", DK_BOOL, AT(mix.cutmix), .def = 0,
     .help = "paste a rectangle of the next picture; the target is mixed by its area"},
    {"cutmix_min", DK_FLOAT, AT(mix.cutmix_min), .def = .3, .min = 0, .max = 1,
     .help = "smallest side of the rectangle, as a share of the network's"},
    {"cutmix_max", DK_FLOAT, AT(mix.cutmix_max), .def = .8, .min = 0, .max = 1, .help = "largest such share"},
    {"cutmix_probability", DK_FLOAT, AT(mix.cutmix_probability), .def = .5, .min = 0, .max = 1,
     .help = "share of the pictures that get a rectangle; with mixup, a picture gets one of the two or none"},
    {"augment_until", DK_FLOAT, AT(augment_until), .def = 1, .min = 0, .max = 1,
     .help = "share of the run after which mixup, cutmix and erasing end"},
    {"border", DK_CHOICE, AT(border), .def = DK_BORDER_BLACK, .names = borders,
     .help = "what lies outside a training picture: its edge repeated, or black as in Darknet"},
    {0},
};
#undef AT

#define AT(field) offsetof(dk_input_conf, field)
static const char *const fits[] = {"crop", "stretch", NULL};
const dk_opt dk_input_opts[] = {
    {"input_mean", DK_FLOAT, AT(input_mean), .def = 0, .min = -1000, .max = 1000,
     .help = "subtracted from pixels of 0..1"},
    {"input_scale", DK_FLOAT, AT(input_scale), .def = 1, .min = -1000, .max = 1000,
     .help = "multiplied with them afterwards"},
    {"grey", DK_BOOL, AT(grey), .def = 0, .help = "pictures become grey first, repeated over the channels"},
    {"bgr", DK_BOOL, AT(bgr), .def = 0,
     .help =
         "planes are blue, green, red, as in networks that learnt from pictures of OpenCV, in place of red, "
         "green, blue"},
    {"fit", DK_CHOICE, AT(fit), .def = DK_FIT_CROP, .names = fits,
     .help = "how pictures of another shape are brought to the network's: crop: their centre; stretch: all "
             "of them "
             "(a segmenter's default)"},
    {0},
};
#undef AT

bool dk_augment_goes_on(const dk_augment_conf *conf, long position, long samples) {
    return samples <= 0 || (double)position < (double)conf->augment_until * (double)samples;
}

static float side_or(int side, int network) {
    return (float)(side == (int)DK_AUTO ? network : side);
}

dk_status dk_augment_check(const dk_section *s, const dk_augment_conf *conf, int w, int h, dk_error *err) {
    (void)h; /* crops are measured against the width */
    if (side_or(conf->min_crop, w) > side_or(conf->max_crop, w)) {
        const char *const key = conf->max_crop == (int)DK_AUTO ? "min_crop" : "max_crop";
        return dk_section_fail(s, key, err, "min_crop %g is larger than max_crop %g (default of both: %d)",
                               (double)side_or(conf->min_crop, w), (double)side_or(conf->max_crop, w), w);
    }
    if (conf->erase_min > conf->erase_max) {
        return dk_section_fail(s, "erase_max", err, "erase_min %g is larger than erase_max %g",
                               (double)conf->erase_min, (double)conf->erase_max);
    }
    if (conf->erase > 0 && conf->erase_max <= 0) {
        return dk_section_fail(s, "erase_max", err,
                               "erase_max=0 leaves nothing to erase; erase=0 switches it off");
    }
    if (conf->blur > 0 && conf->blur_sigma > 0) {
        return dk_section_fail(s, "blur_sigma", err, "blur and blur_sigma both say how to blur; remove one");
    }
    return dk_mix_check(s, &conf->mix, err);
}

static int scaled_pixels(int pixels, float factor, int least) {
    const int all = (int)lrintf((float)pixels * factor);
    return all < least ? least : all;
}

dk_augment_conf dk_augment_scaled(const dk_augment_conf *conf, int from, int to) {
    const float factor = (float)to / (float)from;
    dk_augment_conf c = *conf;
    if (from == to) {
        return c;
    }
    c.min_crop = scaled_pixels(c.min_crop == (int)DK_AUTO ? from : c.min_crop, factor, 1);
    c.max_crop = scaled_pixels(c.max_crop == (int)DK_AUTO ? from : c.max_crop, factor, 1);
    if (c.blur > 0) { /* 1 means another number, and no kernel is larger than the largest */
        const int kernel = scaled_pixels(c.blur == 1 ? DARKNET_KERNEL : c.blur, factor, 2);
        c.blur = kernel > MAX_KERNEL ? MAX_KERNEL : kernel;
    }
    c.blur_sigma = fminf(c.blur_sigma * factor, MAX_SIGMA);
    return c;
}

static dk_affine draw_map(const dk_augment_conf *conf, float source_w, float source_h, float w, float h,
                          dk_rng *rng) {
    const float aspect = dk_rng_scale(rng, conf->aspect);
    const float side = dk_rng_uniform(rng, side_or(conf->min_crop, (int)w), side_or(conf->max_crop, (int)w));
    const float cover = fmaxf(w / (source_w * aspect), h / source_h);
    const float scale_y = cover * side / w, scale_x = scale_y * aspect;
    const float turn = dk_rng_uniform(rng, -conf->angle, conf->angle) * 3.14159265f / 180;
    const float spare_x = fmaxf(0, source_w * scale_x - w) / 2,
                spare_y = fmaxf(0, source_h * scale_y - h) / 2;
    const float place_x = dk_rng_uniform(rng, -spare_x, spare_x);
    const float place_y = dk_rng_uniform(rng, -spare_y, spare_y);
    const float shift_x = place_x + w * dk_rng_uniform(rng, -conf->translation, conf->translation);
    const float shift_y = place_y + h * dk_rng_uniform(rng, -conf->translation, conf->translation);
    const bool flipped = dk_rng_below(rng, 2) == 1 && conf->flip;
    const float cosine = cosf(turn), sine = sinf(turn), mirror = flipped ? -1 : 1;
    dk_affine a = {
        {mirror * cosine / scale_x, -sine / scale_x, 0, mirror * sine / scale_y, cosine / scale_y, 0}};
    a.m[2] = (source_w + 2 * shift_x / scale_x - a.m[0] * w - a.m[1] * h) / 2;
    a.m[5] = (source_h + 2 * shift_y / scale_y - a.m[3] * w - a.m[4] * h) / 2;
    return a;
}

/* What is left out is drawn all the same, so that a probability does not move the numbers behind it. */
static dk_colour draw_colour(const dk_augment_conf *conf, dk_rng *rng) {
    dk_colour c = dk_colour_none;
    c.hue = dk_rng_uniform(rng, -conf->hue, conf->hue);
    c.saturation = dk_rng_scale(rng, conf->saturation);
    c.exposure = dk_rng_scale(rng, conf->exposure);
    c.brightness = dk_rng_uniform(rng, -conf->brightness, conf->brightness);
    c.contrast = dk_rng_scale(rng, conf->contrast);
    c.gamma = dk_rng_scale(rng, conf->colour_gamma);
    return dk_rng_uniform(rng, 0, 1) < conf->colour_probability ? c : dk_colour_none;
}

static void draw_blur(const dk_augment_conf *conf, dk_rng *rng, dk_filter *f) {
    const float sigma = dk_rng_uniform(rng, 0, conf->blur_sigma);
    if (dk_rng_uniform(rng, 0, 1) >= conf->blur_probability) {
        return;
    }
    if (conf->blur > 0) {
        f->radius = (conf->blur == 1 ? DARKNET_KERNEL : conf->blur) / 2;
        f->blur = .3f * ((float)f->radius - 1) + .8f;
    } else if (conf->blur_sigma > 0) {
        f->radius = (int)ceilf(3 * sigma);
        f->blur = sigma;
    }
}

static dk_filter draw_filter(const dk_augment_conf *conf, dk_rng *rng) {
    dk_filter f = {0};
    draw_blur(conf, rng, &f);
    f.noise_key = dk_rng_next(rng);
    if (dk_rng_uniform(rng, 0, 1) < conf->noise_probability) {
        f.noise = conf->gaussian_noise / 255;
    }
    return f;
}

static int cut(float side, int most) {
    return side < 1 ? 1 : side > (float)most ? most : (int)lrintf(side);
}

/* Random erasing (Zhong et al. 2017): area share and side ratio .3…3.3 at random, then a place. */
static void draw_erase(const dk_augment_conf *conf, int w, int h, dk_rng *rng, dk_augmentation *a) {
    if (dk_rng_uniform(rng, 0, 1) >= conf->erase) {
        return;
    }
    const float area = dk_rng_uniform(rng, conf->erase_min, conf->erase_max) * (float)w * (float)h;
    const float ratio = expf(dk_rng_uniform(rng, logf(.3f), logf(3.3f)));
    a->erase_w = cut(sqrtf(area * ratio), w);
    a->erase_h = cut(sqrtf(area / ratio), h);
    a->erase_x = (int)dk_rng_below(rng, (uint32_t)(w - a->erase_w + 1));
    a->erase_y = (int)dk_rng_below(rng, (uint32_t)(h - a->erase_h + 1));
}

dk_augmentation dk_augment_draw(const dk_augment_conf *conf, int source_w, int source_h, int w, int h,
                                dk_rng *rng) {
    dk_augmentation a = {.border = (dk_border)conf->border};
    a.map = draw_map(conf, (float)source_w, (float)source_h, (float)w, (float)h, rng);
    a.colour = draw_colour(conf, rng);
    a.colour.filter = draw_filter(conf, rng);
    draw_erase(conf, w, h, rng, &a);
    return a;
}

static void erase(const dk_augmentation *a, int h, int w, float *plane) {
    double sum = 0;
    for (int i = 0; i < h * w; i++) {
        sum += (double)plane[i];
    }
    const float mean = (float)(sum / ((double)h * w));
    for (int y = a->erase_y; y < a->erase_y + a->erase_h; y++) {
        for (int x = a->erase_x; x < a->erase_x + a->erase_w; x++) {
            plane[y * w + x] = mean;
        }
    }
}

dk_status dk_augment_apply(const dk_augmentation *a, const dk_image *image, const dk_input_conf *input,
                           int channels, int h, int w, float *planes, dk_error *err) {
    DK_TRY(dk_image_warp(image, &a->map, &a->colour, a->border, input, channels, h, w, planes, err));
    for (int c = 0; c < channels && a->erase_w > 0; c++) {
        erase(a, h, w, planes + (ptrdiff_t)c * h * w);
    }
    return DK_OK;
}
