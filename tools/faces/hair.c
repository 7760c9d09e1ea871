/* Hair, beard, ears, neck, glasses: what frames a face. A hair style is a shape behind the head, a shape
 * above the forehead and single hairs within. */
#include "parts.h"

#include <math.h>
#include <stddef.h>

/* ---- strands ---- */

/* Single hairs inside the current clip, from the crown outwards, all of one tone. */
static void hairs(const struct pen *pen, dk_rng *rng, int count, bool curly) {
    const double crown = between(rng, -.3, .3);
    for (int i = 0; i < count; i++) {
        const double turn = between(rng, -1.9, 1.9), length = between(rng, .6, 1.6), bend = vary(rng, 0, .12);
        const struct point to = {1.05 * sin(turn) + bend, -1.2 + length * (.45 + .55 * (1 - cos(turn)))};
        if (curly) {
            cairo_new_sub_path(pen->cr);
            cairo_arc(pen->cr, to.x, to.y - .3, between(rng, .03, .08), turn, turn + 3);
        } else {
            cairo_move_to(pen->cr, crown + .45 * sin(turn), -1.5);
            cairo_curve_to(pen->cr, .6 * to.x, -1.58, to.x, -1.4, to.x, to.y);
        }
    }
}

static void strands(const struct pen *pen, const struct face *face, bool curly) {
    dk_rng rng = dk_rng_key(face->person.strands, 1, 0, DK_RNG_TEST);
    const struct colour hair = face->person.hair, light = colour_mix(hair, (struct colour){1, .93, .85}, .35);
    const int count = curly ? 80 : 32;
    const double width = curly ? .03 : .022;
    cairo_new_path(pen->cr);
    hairs(pen, &rng, count, curly);
    pen_stroke(pen, colour_scale(hair, curly ? .6 : .4), .25, width);
    hairs(pen, &rng, count, curly);
    pen_stroke(pen, light, .22, width);
}

/* Fills the current path with hair that is lit from above and from the light's side. */
static void fill_hair(const struct pen *pen, const struct face *face, double bright, bool curly) {
    const struct light *l = &face->light;
    const struct colour c = colour_scale(face->person.hair, bright),
                        top = colour_mix(colour_scale(c, 1.25), (struct colour){1, .95, .9}, .09),
                        low = colour_scale(c, .62);
    cairo_pattern_t *g = cairo_pattern_create_linear(.5 * l->x, -1.35, -.5 * l->x, 1);
    cairo_pattern_add_color_stop_rgb(g, 0, top.r, top.g, top.b);
    cairo_pattern_add_color_stop_rgb(g, .45, c.r, c.g, c.b);
    cairo_pattern_add_color_stop_rgb(g, 1, low.r, low.g, low.b);
    cairo_save(pen->cr);
    cairo_clip(pen->cr);
    pen_source(pen, g);
    cairo_paint(pen->cr);
    strands(pen, face, curly);
    cairo_restore(pen->cr);
}

/* ---- styles ---- */

/* side: y where the hair at the side ends; height: over the skull; line: hairline at 0, .35, .7 of the half
 * width; behind: y where the hair behind the head ends (0: none). */
struct style {
    double side, height, line[3], lean, behind;
};

static const struct style styles[HAIR_STYLES] = {
    [BALD] = {0, 0, {0, 0, 0}, 0, 0},
    [CROPPED] = {-.2, .07, {-.74, -.72, -.55}, 0, 0},
    [PARTED] = {-.05, .17, {-.78, -.68, -.5}, .12, 0},
    [FRINGE] = {.05, .15, {-.48, -.47, -.4}, .03, 0},
    [LONG] = {.2, .15, {-.82, -.68, -.42}, .05, 1.5},
    [BOB] = {.25, .16, {-.7, -.62, -.42}, .08, .85},
    [CURLY] = {0, .3, {-.68, -.64, -.52}, 0, .35},
    [RECEDING] = {-.15, .05, {-.95, -.98, -.75}, 0, 0},
    [BUN] = {-.1, .09, {-.76, -.68, -.48}, 0, 0},
};

void draw_hair_behind(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    const struct style *s = &styles[face->person.hair_style];
    if (face->person.hair_style == BUN) {
        cairo_new_path(pen->cr);
        cairo_arc(pen->cr, 0, -1.36, .32, 0, 2 * M_PI);
        fill_hair(pen, face, .9, false);
    }
    if (s->behind == 0) {
        return;
    }
    const double w = a->width + .1 + .4 * s->height, end = s->behind;
    const struct point shape[] = {{0, -1.22 - s->height}, {.75 * w, -1.05}, {1.02 * w, -.4},
                                  {1.06 * w, .5 * end},   {.95 * w, end},   {.4 * w, end + .08},
                                  {-.4 * w, end + .08},   {-.95 * w, end},  {-1.06 * w, .5 * end},
                                  {-1.02 * w, -.4},       {-.75 * w, -1.05}};
    pen_path(pen, shape, sizeof shape / sizeof *shape, true);
    fill_hair(pen, face, .6, face->person.hair_style == CURLY);
}

void draw_hair(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    const struct style *s = &styles[face->person.hair_style];
    if (face->person.hair_style == BALD) {
        return;
    }
    dk_rng rng = dk_rng_key(face->person.strands, 0, 0, DK_RNG_TEST);
    const double w = a->width + .02 + .25 * s->height, h = 1.2 + s->height, part = chance(&rng, .5) ? 1 : -1;
    const double lean = part * s->lean, in = .86 * a->width;
    const struct point shape[] = {{-w + .02, s->side},
                                  {-1.02 * w, -.4},
                                  {-.93 * w, -.78},
                                  {-.55 * w, -h + .1},
                                  {0, -h},
                                  {.55 * w, -h + .1},
                                  {.93 * w, -.78},
                                  {1.02 * w, -.4},
                                  {w - .02, s->side},
                                  {in + .05, s->side - .02},
                                  {in, -.35},
                                  {.7 * a->width, s->line[2] + lean},
                                  {.35 * a->width, s->line[1] + lean},
                                  {part * .1, s->line[0]},
                                  {-.35 * a->width, s->line[1] - lean},
                                  {-.7 * a->width, s->line[2] - lean},
                                  {-in, -.35},
                                  {-in - .05, s->side - .02}};
    const int count = sizeof shape / sizeof *shape;
    cairo_save(pen->cr); /* its shadow on the forehead */
    cairo_translate(pen->cr, -.03 * face->light.x, .035);
    pen_path(pen, shape, count, true);
    pen_fill(pen, colour_scale(face->person.skin, .25), .22);
    cairo_restore(pen->cr);
    pen_path(pen, shape, count, true);
    fill_hair(pen, face, 1, face->person.hair_style == CURLY);
}

/* ---- beard ---- */

static void beard(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    const enum beard_style style = face->person.beard;
    const struct colour hair = colour_mix(face->person.hair, colour_scale(face->person.skin, .5), .2);
    const double y = anatomy_lips(a, 0).top, below = anatomy_lips(a, 0).bottom;
    if (style == FULL_BEARD) {
        const struct point upper[] = {
            {-.96 * a->width, .02}, {-.84 * a->width, .4}, {-.52, .72}, {-.3, y - .03},
            {0, y - .06},           {.3, y - .03},         {.52, .72},  {.84 * a->width, .4},
            {.96 * a->width, .02}};
        const struct point lower[] = {
            {-1.01 * a->width, .05},       {-.97 * a->jaw, .55}, {-.74 * a->jaw, .92 * a->chin},
            {-.32, a->chin + .08},         {0, a->chin + .13},   {.32, a->chin + .08},
            {.74 * a->jaw, .92 * a->chin}, {.97 * a->jaw, .55},  {1.01 * a->width, .05}};
        pen_band(pen, upper, lower, 9);
        pen_fill(pen, hair, .62);
        pen_blob(pen, 0, a->chin - .1, .6, .3, hair, .5);
    }
    if (style == MOUSTACHE || style == GOATEE || style == FULL_BEARD) {
        const double w = 1.08 * a->mouth_w;
        const double left = y - .6 * a->corner[0], right = y - .6 * a->corner[1];
        const struct point upper[] = {
            {-w, left + .02}, {-.5 * w, y - .07}, {0, y - .065}, {.5 * w, y - .07}, {w, right + .02}};
        const struct point lower[] = {
            {-w, left + .06}, {-.5 * w, y - .005}, {0, y - .015}, {.5 * w, y - .005}, {w, right + .06}};
        pen_band(pen, upper, lower, 5);
        pen_fill(pen, hair, .8);
    }
    if (style == GOATEE) {
        pen_blob(pen, 0, .5 * (below + a->chin) + .06, .3, .24, hair, .95);
        pen_blob(pen, 0, a->chin - .03, .24, .15, hair, .9);
    }
}

void draw_beard(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    cairo_save(pen->cr);
    clip_head(pen, a);
    beard(pen, face, a);
    cairo_restore(pen->cr);
}

/* ---- neck, ears, glasses ---- */

void draw_neck(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    cairo_t *cr = pen->cr;
    const struct point chin = pen_seen(pen, 0, .9);
    const double x = .6 * chin.x, w = .5 * a->width, lit = light_at(&face->light, 0, 0);
    const struct colour skin = colour_scale(face->person.skin, lit), dark = colour_scale(skin, .45);
    cairo_pattern_t *g = cairo_pattern_create_linear(0, .9, 0, 1.9);
    cairo_pattern_add_color_stop_rgb(g, 0, dark.r, dark.g, dark.b);
    cairo_pattern_add_color_stop_rgb(g, .5, .6 * skin.r, .58 * skin.g, .57 * skin.b);
    cairo_pattern_add_color_stop_rgb(g, 1, .85 * skin.r, .83 * skin.g, .82 * skin.b);
    cairo_move_to(cr, x - w, .6);
    cairo_curve_to(cr, x - w, 1.3, x - 1.05 * w, 1.45, x - 1.5 * w, 1.75);
    cairo_line_to(cr, x, 2.1);
    cairo_line_to(cr, x + 1.5 * w, 1.75);
    cairo_curve_to(cr, x + 1.05 * w, 1.45, x + w, 1.3, x + w, .6);
    pen_source(pen, g);
    cairo_fill(cr);
}

void draw_body(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    cairo_t *cr = pen->cr;
    const double lit = light_at(&face->light, 0, 0), w = .5 * a->width, foot = 12; /* beyond every picture */
    const struct colour clothes = colour_scale(face->person.clothes, lit);
    const struct colour lighter = colour_scale(clothes, 1.1), darker = colour_scale(clothes, .55);
    cairo_save(cr);
    cairo_rotate(cr, -face->pose.roll);
    cairo_move_to(cr, -1.9, foot);
    cairo_line_to(cr, -1.8, 2.7);
    cairo_curve_to(cr, -1.75, 1.9, -1.4, 1.7, -1.25 * w, 1.55);
    cairo_curve_to(cr, -.6 * w, 1.85, .6 * w, 1.85, 1.25 * w, 1.55);
    cairo_curve_to(cr, 1.4, 1.7, 1.75, 1.9, 1.8, 2.7);
    cairo_line_to(cr, 1.9, foot);
    cairo_close_path(cr);
    cairo_pattern_t *g = cairo_pattern_create_linear(1.6 * face->light.x, 1.5, -1.6 * face->light.x, 3.5);
    cairo_pattern_add_color_stop_rgb(g, 0, lighter.r, lighter.g, lighter.b);
    cairo_pattern_add_color_stop_rgb(g, 1, darker.r, darker.g, darker.b);
    pen_source(pen, g);
    cairo_fill_preserve(cr);
    cairo_clip(cr); /* the sleeves' seams and the chin's shadow */
    for (int side = -1; side <= 1; side += 2) {
        cairo_move_to(cr, side * 1.3, 3);
        cairo_curve_to(cr, side * 1.32, 2.6, side * 1.28, 2.4, side * 1.2, 2.2);
        pen_stroke(pen, colour_scale(clothes, .4), .45, .04);
    }
    pen_blob(pen, 0, 1.35, .9, .6, colour_scale(clothes, .2), .5);
    cairo_restore(cr);
}

void draw_ears(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    for (int side = -1; side <= 1; side += 2) {
        const struct colour c = colour_scale(face->person.skin, .82 * light_at(&face->light, .8 * side, 0));
        const double x = side * a->width;
        const struct point ear[] = {{x * .97, -.12}, {x * 1.06, -.17}, {x * 1.13, -.06},
                                    {x * 1.1, .15},  {x * 1.04, .33},  {x * .97, .36}};
        pen_path(pen, ear, 6, true);
        pen_fill(pen, c, 1);
        pen_blob(pen, x * 1.05, .06, .05, .14, colour_scale(c, .5), .7);
    }
}

void draw_glasses(const struct pen *pen, const struct face *face, const struct anatomy *a) {
    if (face->person.glasses == 0) {
        return;
    }
    const struct colour frame = {.1, .09, .09};
    const double rx = .25, ry = face->person.glasses == 1 ? .2 : .165,
                 power = face->person.glasses == 1 ? 1 : .55;
    for (int side = -1; side <= 1; side += 2) {
        struct point rim[16];
        for (int i = 0; i < 16; i++) {
            const double t = 2 * M_PI * i / 16, c = cos(t), s = sin(t);
            rim[i] = (struct point){side * a->eye_x * 1.02 + rx * copysign(pow(fabs(c), power), c),
                                    a->eye_y + .03 + ry * copysign(pow(fabs(s), power), s)};
        }
        pen_path(pen, rim, 16, true);
        pen_ink(pen, (struct colour){1, 1, 1}, .07);
        cairo_fill_preserve(pen->cr);
        pen_stroke(pen, frame, .85, .026);
        const struct point arm[] = {{side * (a->eye_x + rx), a->eye_y - .02},
                                    {side * a->width, a->eye_y - .05}};
        pen_path(pen, arm, 2, false);
        pen_stroke(pen, frame, .85, .026);
    }
    const struct point bridge[] = {
        {-a->eye_x + rx, a->eye_y}, {0, a->eye_y - .035}, {a->eye_x - rx, a->eye_y}};
    pen_path(pen, bridge, 3, false);
    pen_stroke(pen, frame, .85, .026);
}
