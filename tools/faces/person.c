/* Who is drawn, how the head is turned and lit: all by chance. */
#include <stddef.h>

#include "pen.h"

/* Skin from light to dark; a person's lies between two neighbours. */
static const struct colour skins[] = {{.92, .78, .69}, {.9, .72, .6},  {.87, .68, .53}, {.76, .56, .42},
                                      {.63, .44, .32}, {.5, .34, .25}, {.4, .27, .2}};
static const struct colour hairs[] = {{.08, .07, .07}, {.16, .11, .09}, {.28, .18, .11}, {.42, .28, .16},
                                      {.6, .42, .22},  {.8, .65, .38},  {.5, .22, .11},  {.62, .61, .6}};
static const struct colour irises[] = {{.25, .15, .08}, {.35, .23, .12}, {.3, .4, .5}, {.3, .42, .3}};

#define COUNT(list) (sizeof(list) / sizeof *(list))

enum { SKINS = COUNT(skins) };

static struct colour any_of(const struct colour *list, size_t count, dk_rng *rng) {
    return list[dk_rng_below(rng, (uint32_t)count)];
}

static struct colour any_skin(dk_rng *rng, double *dark) {
    *dark = between(rng, 0, SKINS - 1.001);
    const size_t i = (size_t)*dark;
    struct colour c = colour_mix(skins[i], skins[i + 1], *dark - (double)i);
    c.r *= vary(rng, 1, .02);
    c.b *= vary(rng, 1, .04);
    return colour_scale(c, 1);
}

/* Women's faces are a little narrower at the jaw and fuller at the lips; nothing else hangs on it but hair.
 */
struct person person_random(dk_rng *rng) {
    const double female = between(rng, 0, 1);
    double dark;
    struct person p = {.skin = any_skin(rng, &dark)};
    p.hair = colour_scale(any_of(hairs, dark > 3 ? 3 : COUNT(hairs), rng), vary(rng, 1, .1));
    p.iris = any_of(irises, dark > 2.5 ? 2 : COUNT(irises), rng);
    p.lips = colour_mix(colour_scale(p.skin, .82), (struct colour){.72, .25, .27},
                        between(rng, .2, .3 + .25 * female));
    p.clothes = (struct colour){between(rng, .1, .8), between(rng, .1, .8), between(rng, .1, .8)};
    p.width = vary(rng, 1, .045);
    p.jaw = vary(rng, 1.04 - .08 * female, .05);
    p.chin = vary(rng, 1, .04);
    p.eye_size = vary(rng, 1 + .06 * female, .06);
    p.eye_apart = vary(rng, 1, .035);
    p.nose_width = vary(rng, 1.05 - .08 * female, .1);
    p.nose_length = vary(rng, 1, .05);
    p.mouth_width = vary(rng, 1, .06);
    p.lip_full = vary(rng, .95 + .15 * female, .12);
    p.brow_thick = vary(rng, 1.15 - .35 * female, .16);
    p.age = clamp(vary(rng, .35, .25), 0, 1);
    static const enum hair_style short_hair[] = {BALD,   CROPPED, CROPPED, PARTED,
                                                 PARTED, FRINGE,  CURLY,   RECEDING};
    static const enum hair_style long_hair[] = {LONG, LONG, BOB, BOB, BUN, CURLY, FRINGE, PARTED};
    p.hair_style = female > .5 ? long_hair[dk_rng_below(rng, COUNT(long_hair))]
                               : short_hair[dk_rng_below(rng, COUNT(short_hair))];
    if (p.age > .7 && chance(rng, .6)) {
        p.hair = colour_mix(p.hair, (struct colour){.75, .75, .76}, .7);
    }
    if (female < .45 && chance(rng, .5)) {
        p.beard = STUBBLE + (enum beard_style)dk_rng_below(rng, 4);
    }
    p.glasses = chance(rng, .14) ? 1 + (int)dk_rng_below(rng, 2) : 0;
    p.strands = dk_rng_next(rng);
    return p;
}

struct pose pose_random(dk_rng *rng) {
    return (struct pose){vary(rng, 0, .1), vary(rng, 0, .07), vary(rng, 0, .07)};
}

struct pose pose_wide(dk_rng *rng) {
    return (struct pose){between(rng, -POSE_YAW, POSE_YAW), between(rng, -POSE_PITCH, POSE_PITCH),
                         between(rng, -POSE_ROLL, POSE_ROLL)};
}

struct light light_random(dk_rng *rng) {
    const double warm = vary(rng, 0, .03);
    return (struct light){.x = vary(rng, 0, .42),
                          .y = vary(rng, -.45, .2),
                          .ambient = between(rng, .42, .66),
                          .strength = vary(rng, 1, .07),
                          .tint = {1 + warm, 1, 1 - warm}};
}

struct face face_random(enum emotion emotion, dk_rng *rng) {
    struct face f = {.expression = expression_random(emotion, rng)};
    f.person = person_random(rng);
    f.pose = pose_random(rng);
    f.light = light_random(rng);
    return f;
}
