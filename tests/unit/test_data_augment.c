/* Augmentation: the geometry of a drawn map, the ranges of what is drawn, and that the key decides it all. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cfg/cfg.h"
#include "data/augment.h"
#include "image/image.h"

/* The conf that a [net] section of these lines gives; a wrong one is told in err. */
static dk_status read(const char *lines, dk_augment_conf *conf, dk_error *err) {
    char text[512];
    const int size = snprintf(text, sizeof text, "[net]\n%s\n[softmax]\n", lines);
    dk_cfg *cfg = NULL;
    cr_assert_eq(dk_cfg_parse(&cfg, text, (size_t)size, "x.cfg", DK_CFG_SECTIONS, err), DK_OK, "%s",
                 err->text);
    const dk_opt_table table = {dk_augment_opts, conf};
    dk_status status = dk_opt_read(&cfg->sections[0], &table, 1, cfg->arena, err);
    if (status == DK_OK) {
        status = dk_augment_check(&cfg->sections[0], conf, 48, 48, err);
    }
    dk_cfg_close(cfg);
    return status;
}

static dk_augment_conf conf_of(const char *lines) {
    dk_augment_conf conf = {0};
    dk_error err = {0};
    cr_assert_eq(read(lines, &conf, &err), DK_OK, "%s", err.text);
    return conf;
}

static dk_augmentation draw(const dk_augment_conf *conf, int source_w, int source_h, int w, int h,
                            uint64_t key) {
    dk_rng rng = dk_rng_key(1, 0, key, DK_RNG_AUGMENT);
    return dk_augment_draw(conf, source_w, source_h, w, h, &rng);
}

/* Where an output point comes from. */
static void point(const dk_affine *a, float x, float y, float out[2]) {
    out[0] = a->m[0] * x + a->m[1] * y + a->m[2];
    out[1] = a->m[3] * x + a->m[4] * y + a->m[5];
}

Test(data_augment, without_any_it_is_the_fit_of_prediction) {
    const dk_augment_conf conf = conf_of("flip=0");
    static const int sides[][4] = {{48, 48, 96, 96}, {100, 50, 48, 48}, {50, 100, 48, 48}, {64, 48, 96, 48}};
    for (size_t i = 0; i < 4; i++) {
        const int *const s = sides[i];
        const dk_affine fit = dk_affine_fit(s[0], s[1], s[2], s[3]);
        bool moved = false;
        for (uint64_t key = 0; key < 20; key++) {
            const dk_augmentation a = draw(&conf, s[0], s[1], s[2], s[3], key);
            cr_assert_float_eq(a.map.m[0], fit.m[0], 1e-5);
            cr_assert_float_eq(a.map.m[4], fit.m[4], 1e-5);
            cr_assert(a.map.m[1] == 0 && a.map.m[3] == 0);
            moved = moved || fabsf(a.map.m[2] - fit.m[2]) + fabsf(a.map.m[5] - fit.m[5]) > 1e-3f;
            cr_assert(a.colour.saturation == 1 && a.colour.contrast == 1 && a.colour.hue == 0 &&
                      a.erase_w == 0);
            cr_assert_eq(a.border, DK_BORDER_BLACK);
        }
        cr_assert_eq(moved, s[0] * s[3] != s[1] * s[2], "only a window that has room moves");
    }
}

Test(data_augment, the_window_stays_inside_the_picture) {
    const dk_augment_conf conf = conf_of("min_crop=48\nmax_crop=80\naspect=1.5");
    float least = 1e9f, most = 0;
    for (uint64_t key = 0; key < 2000; key++) {
        const dk_augmentation a = draw(&conf, 60, 40, 48, 48, key);
        float from[2], to[2];
        point(&a.map, 0, 0, from);
        point(&a.map, 48, 48, to);
        cr_assert(fminf(from[0], to[0]) > -1e-3f && fmaxf(from[0], to[0]) < 60.001f);
        cr_assert(from[1] > -1e-3f && to[1] < 40.001f);
        least = fminf(least, from[1]);
        most = fmaxf(most, to[1]);
    }
    cr_assert(least < .5f && most > 39.5f, "all of the picture is reached");
}

Test(data_augment, the_side_is_what_the_shorter_side_becomes) {
    const dk_augment_conf conf = conf_of("min_crop=24\nmax_crop=24\nflip=0");
    const dk_augmentation a = draw(&conf, 100, 50, 48, 48, 3);
    cr_assert_float_eq(a.map.m[4], 50.0f / 24, 1e-5);
    float middle[2];
    point(&a.map, 24, 24, middle);
    cr_assert_float_eq(middle[0], 50, 1e-3); /* smaller than the window: in its middle */
    cr_assert_float_eq(middle[1], 25, 1e-3);
}

Test(data_augment, turning_and_mirroring_keep_the_centre) {
    const dk_augment_conf conf = conf_of("angle=30");
    int mirrored = 0;
    float widest = 0;
    for (uint64_t key = 0; key < 400; key++) {
        const dk_augmentation a = draw(&conf, 48, 48, 48, 48, key);
        float middle[2];
        point(&a.map, 24, 24, middle);
        cr_assert_float_eq(middle[0], 24, 1e-3);
        cr_assert_float_eq(middle[1], 24, 1e-3);
        const float *const m = a.map.m;
        const float area = m[0] * m[4] - m[1] * m[3];
        cr_assert_float_eq(fabsf(area), 1, 1e-4);
        mirrored += area < 0;
        widest = fmaxf(widest, fabsf(atan2f(m[1], m[4])) * 57.29578f);
    }
    cr_assert(mirrored > 150 && mirrored < 250, "%d of 400", mirrored);
    cr_assert(widest > 28 && widest < 30.001f, "%g", (double)widest);
}

Test(data_augment, translation_is_a_share_of_the_side) {
    const dk_augment_conf conf = conf_of("translation=.25\nflip=0");
    float most = 0;
    for (uint64_t key = 0; key < 500; key++) {
        const dk_augmentation a = draw(&conf, 48, 48, 96, 96, key);
        most = fmaxf(most, fabsf(a.map.m[2]));
    }
    cr_assert(most > 11.5f && most < 12.001f, "%g of 12 source pixels", (double)most);
}

Test(data_augment, colours_stay_in_their_ranges) {
    const dk_augment_conf conf = conf_of("hue=.1\nsaturation=1.5\nexposure=2\nbrightness=.25\ncontrast=1.3");
    float low = 1, high = 1;
    for (uint64_t key = 0; key < 500; key++) {
        const dk_colour c = draw(&conf, 48, 48, 48, 48, key).colour;
        cr_assert(fabsf(c.hue) <= .1f && fabsf(c.brightness) <= .25f);
        cr_assert(c.saturation >= .6666f && c.saturation <= 1.5f);
        cr_assert(c.contrast >= 1 / 1.3001f && c.contrast <= 1.3f);
        low = fminf(low, c.exposure);
        high = fmaxf(high, c.exposure);
    }
    cr_assert(low >= .5f && low < .55f && high <= 2 && high > 1.9f);
}

Test(data_augment, colours_come_with_their_probability) {
    const dk_augment_conf conf = conf_of("hue=.1\ncontrast=1.3\ncolour_gamma=1.4\ncolour_probability=.3");
    int changed = 0;
    float low = 1, high = 1;
    for (uint64_t key = 0; key < 1000; key++) {
        const dk_colour c = draw(&conf, 48, 48, 48, 48, key).colour;
        const bool whole = c.hue == 0 && c.contrast == 1 && c.gamma == 1 && c.brightness == 0;
        cr_assert(whole || (c.hue != 0 && c.contrast != 1 && c.gamma != 1));
        changed += !whole;
        low = fminf(low, c.gamma);
        high = fmaxf(high, c.gamma);
    }
    cr_assert(abs(changed - 300) < 50, "%d of 1000", changed);
    cr_assert(low >= 1 / 1.4001f && low < .75f && high <= 1.4f && high > 1.35f);
}

/* How many of 1000 are blurred; the largest σ and radius. */
static int count_blurred(const dk_augment_conf *conf, float *sigma, int *radius) {
    int blurred = 0;
    *sigma = 0;
    *radius = 0;
    for (uint64_t key = 0; key < 1000; key++) {
        const dk_filter f = draw(conf, 48, 48, 48, 48, key).colour.filter;
        blurred += f.blur > 0;
        *sigma = fmaxf(*sigma, f.blur);
        *radius = f.radius > *radius ? f.radius : *radius;
        cr_assert(f.radius <= DK_BLUR_RADIUS && (f.blur == 0 || f.radius > 0));
    }
    return blurred;
}

Test(data_augment, blur_is_said_by_kernel_or_by_sigma) {
    float sigma;
    int radius;
    dk_augment_conf conf = conf_of("");
    cr_assert_eq(count_blurred(&conf, &sigma, &radius), 0);
    conf = conf_of("blur=1");
    cr_assert(abs(count_blurred(&conf, &sigma, &radius) - 250) < 45, "Darknet blurs one of four");
    cr_assert(radius == 7 && fabsf(sigma - 2.6f) < 1e-5f);
    conf = conf_of("blur=99\nblur_probability=1");
    cr_assert_eq(count_blurred(&conf, &sigma, &radius), 1000);
    cr_assert_eq(radius, DK_BLUR_RADIUS);
    conf = conf_of("blur_sigma=1.5\nblur_probability=.6");
    cr_assert(abs(count_blurred(&conf, &sigma, &radius) - 600) < 55);
    cr_assert(radius == 5 && sigma <= 1.5f && sigma > 1.4f);
    conf = conf_of("blur_sigma=16");
    count_blurred(&conf, &sigma, &radius);
    cr_assert(radius > 40);
}

Test(data_augment, noise_is_in_levels) {
    const dk_augment_conf conf = conf_of("gaussian_noise=10.2");
    int noisy = 0;
    uint64_t last = 0;
    for (uint64_t key = 0; key < 1000; key++) {
        const dk_filter f = draw(&conf, 48, 48, 48, 48, key).colour.filter;
        cr_assert(f.noise == 0 || fabsf(f.noise - .04f) < 1e-6f);
        cr_assert_neq(f.noise_key, last);
        last = f.noise_key;
        noisy += f.noise > 0;
    }
    cr_assert(abs(noisy - 500) < 60, "%d of 1000", noisy);
}

Test(data_augment, erasing_fills_with_the_mean) {
    const dk_augment_conf conf = conf_of("erase=.5\nerase_min=.02\nerase_max=.15\nflip=0");
    dk_image *image = NULL;
    cr_assert_eq(dk_image_new(&image, 20, 20, 1, NULL), DK_OK);
    memset(image->pixels, 255, 200); /* mean ½ */
    const dk_input_conf input = {.input_scale = 1};
    int erased = 0;
    for (uint64_t key = 0; key < 200; key++) {
        const dk_augmentation a = draw(&conf, 20, 20, 20, 20, key);
        float planes[400];
        cr_assert_eq(dk_augment_apply(&a, image, &input, 1, 20, 20, planes, NULL), DK_OK);
        int halves = 0;
        for (int i = 0; i < 400; i++) {
            halves += fabsf(planes[i] - .5f) < 1e-5f;
        }
        cr_assert_eq(halves, a.erase_w * a.erase_h);
        cr_assert(a.erase_w == 0 || (halves >= 4 && halves <= 80), "%d of 400 pixels", halves);
        erased += a.erase_w > 0;
    }
    cr_assert(erased > 75 && erased < 125, "%d of 200", erased);
    dk_image_free(image);
}

Test(data_augment, the_key_decides) {
    const dk_augment_conf conf = conf_of("angle=10\naspect=1.2\nerase=1");
    const dk_augmentation a = draw(&conf, 48, 48, 48, 48, 5), b = draw(&conf, 48, 48, 48, 48, 5),
                          c = draw(&conf, 48, 48, 48, 48, 6);
    cr_assert_arr_eq(a.map.m, b.map.m, sizeof a.map.m);
    cr_assert(a.erase_x == b.erase_x && a.map.m[0] != c.map.m[0]);
}

Test(data_augment, wrong_keys) {
    dk_augment_conf conf = {0};
    dk_error err = {0};
    cr_assert_neq(read("min_crop=60", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "x.cfg:2: [net] min_crop 60 is larger than max_crop 48"), "%s",
                       err.text);
    cr_assert_neq(read("erase_min=.2", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "erase_min 0.2 is larger than erase_max 0.15"), "%s", err.text);
    cr_assert_neq(read("blur=1\nblur_sigma=2", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "x.cfg:3: [net] blur and blur_sigma"), "%s", err.text);
    cr_assert_neq(read("cutmix=1\ncutmix_max=.2", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "x.cfg:3: [net] cutmix_min 0.3 is larger"), "%s", err.text);
    cr_assert_neq(read("mixup=1\ncutmix=1\nmixup_probability=.7", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "0.7 and 0.5 are more than 1"), "%s", err.text);
    cr_assert_eq(read("mixup=1\nmixup_probability=.7", &conf, &err), DK_OK);
    cr_assert_neq(read("border=grey", &conf, &err), DK_OK);
    cr_assert_not_null(strstr(err.text, "x.cfg:2: [net] border=grey"), "%s", err.text);
}
