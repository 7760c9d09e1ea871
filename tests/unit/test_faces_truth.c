/* What drawn sets say of their pictures: a mask is where the picture shows its parts, and a mirrored face has the negative
 * of yaw and roll. */
#include <criterion/criterion.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"
#include "set.h"
#include "support/temp.h"

TestSuite(faces_truth, .init = temp_enter, .fini = temp_leave);

enum { SIZE = 96, FACES = 3 * EMOTIONS };

static struct face face_of(int i, dk_rng *rng) {
    *rng = dk_rng_key(5, (uint64_t)i, 0, DK_RNG_TEST);
    return face_random((enum emotion)(i % EMOTIONS), rng);
}

static void paint_all(cairo_t *cr, double grey) {
    cairo_set_source_rgb(cr, grey, grey, grey);
    cairo_paint(cr);
}

/* The face on a plain grey wall. */
static cairo_surface_t *drawn(const struct face *face, const struct framing *framing, double wall) {
    cairo_surface_t *picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIZE, SIZE);
    cairo_t *cr = cairo_create(picture);
    paint_all(cr, wall);
    framing_set(cr, framing);
    face_draw(cr, face);
    cairo_destroy(cr);
    cairo_surface_flush(picture);
    return picture;
}

/* How much the green of two pictures differs at a pixel, 0 … 1. */
static double apart(cairo_surface_t *a, cairo_surface_t *b, int i) {
    const ptrdiff_t at = (ptrdiff_t)(i / SIZE) * cairo_image_surface_get_stride(a) + 4 * (i % SIZE) + 1;
    return abs(cairo_image_surface_get_data(a)[at] - cairo_image_surface_get_data(b)[at]) / 255.;
}

/* Makes one part of the face black or white; the wall's brightness. */
static double dye(struct face *face, enum part part, double v) {
    struct person *const p = &face->person;
    struct colour *const of[PARTS] = {
        [SKIN] = &p->skin, [HAIR] = &p->hair, [EYES] = &p->iris, [MOUTH] = &p->lips};
    p->glasses = 0; /* masks see through them */
    if (of[part] != NULL) {
        *of[part] = (struct colour){v, v, v};
    }
    return part == BACKGROUND ? v : .5;
}

/* A part that changes its colour from black to white changes the picture within it, least where it is in shadow, and
 * little beside it (hair lets skin through). Eyes and mouths have other colours, too, so nothing is wanted within. */
static const struct {
    double within, beside; /* at least, at most */
} changes[PARTS] = {
    [BACKGROUND] = {.45, .45}, [SKIN] = {.15, .65}, [HAIR] = {.2, .45}, [EYES] = {0, .1}, [MOUTH] = {0, .3}};

Test(faces_truth, a_mask_is_where_the_picture_shows_its_parts) {
    double most[PARTS] = {0};
    for (int i = 0; i < FACES * PARTS; i++) {
        dk_rng rng;
        const enum part part = (enum part)(i % PARTS);
        struct face black = face_of(i / PARTS, &rng), white = black;
        const struct framing framing = framing_random(&black, SIZE, &rng);
        uint8_t *const mask = mask_of(&black, &framing, SIZE);
        const double dark = dye(&black, part, 0), bright = dye(&white, part, 1);
        cairo_surface_t *a = drawn(&black, &framing, dark), *b = drawn(&white, &framing, bright);
        for (int k = 0; k < SIZE * SIZE; k++) {
            const double change = apart(a, b, k);
            cr_assert(mask[k] == part || mask[k] == UNDECIDED || change <= changes[part].beside,
                      "face %d, pixel %d,%d: %s in the picture, %d in the mask (%.2f)", i / PARTS, k % SIZE,
                      k / SIZE, part_names[part], mask[k], change);
            cr_assert(mask[k] != part || change >= changes[part].within,
                      "face %d, pixel %d,%d: %s in the mask only (%.2f)", i / PARTS, k % SIZE, k / SIZE,
                      part_names[part], change);
            most[part] = mask[k] == part ? fmax(most[part], change) : most[part];
        }
        cairo_surface_destroy(a);
        cairo_surface_destroy(b);
        free(mask);
    }
    for (int part = 0; part < PARTS; part++) {
        cr_assert_gt(most[part], .5, "%s: %.2f", part_names[part], most[part]);
    }
}

Test(faces_truth, a_mask_is_undecided_on_borders_alone) {
    for (int i = 0; i < FACES; i++) {
        dk_rng rng;
        const struct face face = face_of(i, &rng);
        const struct framing framing = framing_random(&face, SIZE, &rng);
        uint8_t *const mask = mask_of(&face, &framing, SIZE);
        int undecided = 0;
        for (int k = 0; k < SIZE * SIZE; k++) {
            cr_assert(mask[k] < PARTS || mask[k] == UNDECIDED, "%d", mask[k]);
            undecided += mask[k] == UNDECIDED;
        }
        cr_assert(undecided > 0 && undecided < SIZE * SIZE / 12, "face %d: %d pixels", i, undecided);
        free(mask);
    }
}

Test(faces_truth, clothes_are_background_and_glasses_are_seen_through) {
    dk_rng rng;
    int changed = 0;
    struct face bare = face_of(0, &rng), other = bare;
    const struct framing framing = {SIZE / 6., SIZE / 2., SIZE / 3.};
    bare.person.glasses = 0;
    bare.person.clothes = (struct colour){0, 0, 0};
    other.person.glasses = 1;
    other.person.clothes = (struct colour){1, 1, 1};
    uint8_t *const mask = mask_of(&bare, &framing, SIZE), *const same = mask_of(&other, &framing, SIZE);
    cr_assert_arr_eq(mask, same, SIZE * SIZE);
    other.person.glasses = 0;
    cairo_surface_t *const a = drawn(&bare, &framing, .5), *const b = drawn(&other, &framing, .5);
    for (int k = 0; k < SIZE * SIZE; k++) {
        cr_assert(apart(a, b, k) < .3 || mask[k] == BACKGROUND || mask[k] == UNDECIDED, "%d,%d: %d", k % SIZE,
                  k / SIZE, mask[k]);
        changed += apart(a, b, k) >= .3;
    }
    cr_assert_gt(changed, SIZE * SIZE / 10);
    cairo_surface_destroy(a);
    cairo_surface_destroy(b);
    free(mask);
    free(same);
}

/* ---- poses ---- */

/* A bald head, the same left and right, in the middle of the picture. */
static uint8_t *mask_in(struct pose pose) {
    dk_rng rng;
    struct face face = face_of(NEUTRAL, &rng);
    const struct framing framing = {SIZE / 3.2, SIZE / 2., SIZE / 2.};
    face.person.hair_style = BALD;
    face.expression = (struct expression){{0}, 0, 0, 0};
    face.pose = pose;
    return mask_of(&face, &framing, SIZE);
}

struct point {
    double x, y;
};

static struct point middle(const uint8_t *mask, enum part part) {
    long x = 0, y = 0, n = 0;
    for (int k = 0; k < SIZE * SIZE; k++) {
        if (mask[k] == part) {
            x += k % SIZE;
            y += k / SIZE;
            n++;
        }
    }
    return (struct point){(double)x / (double)n, (double)y / (double)n};
}

Test(faces_truth, poses_turn_the_way_that_they_say) {
    const double most = SIZE / 32.; /* pixels: a tenth of a face unit */
    uint8_t *const ahead = mask_in((struct pose){0, 0, 0}), *const right = mask_in((struct pose){.3, 0, 0}),
                   *const down = mask_in((struct pose){0, .3, 0}),
                   *const tilted = mask_in((struct pose){0, 0, .3});
    const struct point at = middle(ahead, EYES), chin = middle(ahead, MOUTH);
    cr_assert_gt(middle(right, EYES).x, at.x + most);
    cr_assert_gt(middle(right, MOUTH).x, chin.x + most);
    cr_assert_gt(middle(down, EYES).y, at.y + most);
    cr_assert_lt(middle(tilted, MOUTH).x, chin.x - most, "clockwise, about the eyes");
    free(ahead);
    free(right);
    free(down);
    free(tilted);
}

Test(faces_truth, a_mirrored_face_has_the_negative_of_yaw_and_roll) {
    for (int i = 0; i < FACES; i++) {
        dk_rng rng = dk_rng_key(6, (uint64_t)i, 0, DK_RNG_TEST);
        const struct pose pose = pose_wide(&rng);
        uint8_t *const mask = mask_in(pose), *const mirrored =
                                                 mask_in((struct pose){-pose.yaw, pose.pitch, -pose.roll});
        int other = 0;
        for (int k = 0; k < SIZE * SIZE; k++) {
            const int there = mirrored[k / SIZE * SIZE + SIZE - 1 - k % SIZE];
            other += mask[k] != there && mask[k] != UNDECIDED && there != UNDECIDED;
        }
        cr_assert_leq(other, SIZE * SIZE / 1000, "%.2f %.2f %.2f: %d pixels", pose.yaw, pose.pitch, pose.roll,
                      other);
        free(mask);
        free(mirrored);
    }
}

Test(faces_truth, wide_poses_fill_their_range) {
    double least[3] = {1, 1, 1}, most[3] = {-1, -1, -1};
    const double range[3] = {POSE_YAW, POSE_PITCH, POSE_ROLL};
    for (int i = 0; i < 1000; i++) {
        dk_rng rng = dk_rng_key(7, (uint64_t)i, 0, DK_RNG_TEST);
        const struct pose pose = pose_wide(&rng);
        const double v[3] = {pose.yaw, pose.pitch, pose.roll};
        for (int k = 0; k < 3; k++) {
            least[k] = fmin(least[k], v[k]);
            most[k] = fmax(most[k], v[k]);
        }
    }
    for (int k = 0; k < 3; k++) {
        cr_assert(least[k] >= -range[k] - 1e-6 && least[k] < -.98 * range[k], "%.3f", least[k]);
        cr_assert(most[k] <= range[k] + 1e-6 && most[k] > .98 * range[k], "%.3f", most[k]);
    }
}

Test(faces_truth, a_label_and_its_line_of_the_list_say_yaw_pitch_and_roll) {
    const struct sample s = {.out = "out",
                             .split = "train",
                             .name = "00012",
                             .face.pose = {.yaw = .1, .pitch = -.25, .roll = .33333}};
    dk_buffer line = {0};
    uint8_t *label;
    size_t size;
    cr_assert_eq(dk_folder_make("out/train/labels", NULL), DK_OK);
    cr_assert_eq(set_of_poses.keep(&s, &line, NULL), DK_OK);
    cr_assert_eq(dk_file_read("out/train/labels/00012.txt", 0, &label, &size, NULL), DK_OK);
    cr_assert_str_eq((char *)label, "0.1000 -0.2500 0.3333\n");
    cr_assert_str_eq(line.text, " 0.1000 -0.2500 0.3333");
    dk_buffer_free(&line);
    free(label);
}
