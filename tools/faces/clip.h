/* People who come, move, change their expressions and go: a scene for every moment, and what is true of it. */
#ifndef CLIP_H
#define CLIP_H

#include <stdbool.h>

#include "picture.h"

enum { CLIP_VISITS = 64, CLIP_CHANGES = 80 };

/* From `at` on (seconds) the face moves into this expression; it is there after CLIP_BLEND seconds. */
struct change {
    double at;
    enum emotion emotion;
    struct expression expression;
};

/* A slow swing: size·sin(2π·(t/period + phase)). */
struct swing {
    double size, period, phase;
};

/* One stay of one person. The way in and the way out take `walk` seconds each, from and to `away`. */
struct visit {
    double enter, leave, walk; /* enter: the way in begins; leave: the way out has ended */
    double home_x, home_y, away_x, away_y, scale;
    struct swing x, y, size, yaw, pitch, blink; /* size: a share of scale */
    struct face face;
    int changes;
    struct change change[CLIP_CHANGES];
};

struct clip {
    int w, h, visits;
    uint64_t backdrop;
    struct visit visit[CLIP_VISITS];
};

/* What is asked for: so many places where people stand (1 … SCENE_FACES). stay: the same people are there from the
 * first to the last frame. */
struct clip_plan {
    int w, h, places;
    double seconds;
    bool stay;
};

/* The label changes in the middle of a blend. */
#define CLIP_BLEND .3

void clip_random(struct clip *clip, const struct clip_plan *plan, dk_rng *rng);

/* The scene at a moment; id[i] is the number of the visit of scene face i, from 1. */
void clip_scene(const struct clip *clip, double t, struct scene *scene, int id[SCENE_FACES]);

#endif
