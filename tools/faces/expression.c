/* What each emotion does to the muscles: a mean, its strength, and variations that people show. */
#include <stddef.h>

#include "pen.h"

const char *const emotion_names[EMOTIONS] = {"angry",   "disgust", "fear",    "happy",
                                             "neutral", "sad",     "surprise"};

/* Two ways to look each emotion; a face is a random mixture that leans to one of them. */
static const double ways[EMOTIONS][2][MUSCLES] = {
    [ANGRY] = {{[BROW_INNER] = -.5,
                [BROW_OUTER] = .15,
                [BROW_FROWN] = 1,
                [EYE_OPEN] = .05,
                [EYE_SQUINT] = .45,
                [MOUTH_CORNER] = -.35,
                [MOUTH_WIDTH] = -.1,
                [LIP_PRESS] = .9},
               {[BROW_INNER] = -.5,
                [BROW_OUTER] = .2,
                [BROW_FROWN] = 1,
                [EYE_OPEN] = .3,
                [EYE_SQUINT] = .3,
                [NOSE_WRINKLE] = .25,
                [LIP_RAISE] = .3,
                [MOUTH_CORNER] = -.3,
                [MOUTH_WIDTH] = .25,
                [MOUTH_OPEN] = .45}},
    [DISGUST] = {{[BROW_INNER] = -.1,
                  [BROW_FROWN] = .45,
                  [EYE_OPEN] = -.3,
                  [EYE_SQUINT] = .8,
                  [CHEEK_RAISE] = .5,
                  [NOSE_WRINKLE] = 1,
                  [LIP_RAISE] = 1,
                  [MOUTH_CORNER] = -.55,
                  [MOUTH_OPEN] = .05},
                 {[BROW_FROWN] = .35,
                  [EYE_OPEN] = -.35,
                  [EYE_SQUINT] = .7,
                  [CHEEK_RAISE] = .4,
                  [NOSE_WRINKLE] = 1,
                  [LIP_RAISE] = .85,
                  [MOUTH_CORNER] = -.45,
                  [MOUTH_WIDTH] = .1,
                  [MOUTH_OPEN] = .28}},
    [FEAR] = {{[BROW_INNER] = 1,
               [BROW_OUTER] = .1,
               [BROW_FROWN] = .35,
               [EYE_OPEN] = .85,
               [EYE_SQUINT] = .1,
               [MOUTH_CORNER] = -.35,
               [MOUTH_WIDTH] = .6,
               [MOUTH_OPEN] = .3},
              {[BROW_INNER] = 1,
               [BROW_OUTER] = .05,
               [BROW_FROWN] = .4,
               [EYE_OPEN] = .9,
               [MOUTH_CORNER] = -.45,
               [MOUTH_WIDTH] = .75,
               [MOUTH_OPEN] = .12,
               [LIP_PRESS] = .2}},
    [HAPPY] = {{[BROW_OUTER] = .1,
                [EYE_OPEN] = -.1,
                [EYE_SQUINT] = .5,
                [CHEEK_RAISE] = .8,
                [MOUTH_CORNER] = .9,
                [MOUTH_WIDTH] = .35},
               {[BROW_INNER] = .1,
                [BROW_OUTER] = .2,
                [EYE_OPEN] = -.1,
                [EYE_SQUINT] = .6,
                [CHEEK_RAISE] = 1,
                [MOUTH_CORNER] = 1,
                [MOUTH_WIDTH] = .45,
                [MOUTH_OPEN] = .42}},
    [NEUTRAL] = {{[MOUTH_CORNER] = .08},
                 {[MOUTH_CORNER] = .05, [BROW_OUTER] = .08, [EYE_OPEN] = .05, [MOUTH_OPEN] = .03}},
    [SAD] = {{[BROW_INNER] = .9,
              [BROW_OUTER] = -.5,
              [BROW_FROWN] = .3,
              [EYE_OPEN] = -.4,
              [MOUTH_CORNER] = -.85,
              [MOUTH_WIDTH] = -.1,
              [LIP_PRESS] = .15},
             {[BROW_INNER] = .8,
              [BROW_OUTER] = -.55,
              [EYE_OPEN] = -.55,
              [EYE_SQUINT] = .2,
              [MOUTH_CORNER] = -.75,
              [MOUTH_WIDTH] = -.05,
              [LIP_PRESS] = .4}},
    [SURPRISE] = {{[BROW_INNER] = .95,
                   [BROW_OUTER] = 1,
                   [EYE_OPEN] = .85,
                   [MOUTH_CORNER] = -.1,
                   [MOUTH_WIDTH] = -.45,
                   [MOUTH_OPEN] = 1},
                  {[BROW_INNER] = 1,
                   [BROW_OUTER] = 1,
                   [EYE_OPEN] = .95,
                   [MOUTH_CORNER] = .1,
                   [MOUTH_WIDTH] = -.45,
                   [MOUTH_OPEN] = .62}},
};

struct expression expression_mix(const struct expression *a, const struct expression *b, double t) {
    struct expression e = {.lopsided = a->lopsided + t * (b->lopsided - a->lopsided),
                           .gaze_x = a->gaze_x + t * (b->gaze_x - a->gaze_x),
                           .gaze_y = a->gaze_y + t * (b->gaze_y - a->gaze_y)};
    for (size_t i = 0; i < MUSCLES; i++) {
        e.muscle[i] = a->muscle[i] + t * (b->muscle[i] - a->muscle[i]);
    }
    return e;
}

struct expression expression_random(enum emotion emotion, dk_rng *rng) {
    const double lean = between(rng, 0, 1),
                 second = lean * lean * (3 - 2 * lean); /* leans to one of the two */
    const double strength = clamp(vary(rng, .97, .14), .7, 1.25);
    struct expression e = {
        .lopsided = vary(rng, 0, .2), .gaze_x = vary(rng, 0, .35), .gaze_y = vary(rng, 0, .2)};
    for (size_t i = 0; i < MUSCLES; i++) {
        const double mean = (1 - second) * ways[emotion][0][i] + second * ways[emotion][1][i];
        e.muscle[i] = strength * mean + vary(rng, 0, .07);
    }
    if (emotion == SAD) {
        e.gaze_y += .35;
    }
    e.muscle[MOUTH_OPEN] = e.muscle[MOUTH_OPEN] < .06 ? 0 : e.muscle[MOUTH_OPEN];
    return e;
}
