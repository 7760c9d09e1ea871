/* The choreography. Everybody has a place of the picture for themselves, so that no face hides another: at the sides
 * people come through the frame's border, between them they rise from below. Movements are slow swings. */
#include "clip.h"

#include <math.h>

#include "pen.h"

static const double beyond = 30; /* seconds: who stays came long before the first frame */

static double swung(const struct swing *s, double t) {
    return s->size * sin(2 * M_PI * (t / s->period + s->phase));
}

static struct swing swing_random(double size, double low, double high, dk_rng *rng) {
    return (struct swing){size, between(rng, low, high), between(rng, 0, 1)};
}

static double smooth(double t) {
    const double u = clamp(t, 0, 1);
    return u * u * (3 - 2 * u);
}

/* Expressions from the first moment on, each held for 1.5 … 3 s; every emotion once before one comes again. */
static void plan_changes(struct visit *v, double from, dk_rng *rng) {
    uint32_t deck[EMOTIONS];
    double at = from;
    for (v->changes = 0; v->changes < CLIP_CHANGES && at < v->leave - 1; v->changes++) {
        const int i = v->changes % EMOTIONS;
        if (i == 0) {
            const uint32_t last = v->changes > 0 ? deck[EMOTIONS - 1] : EMOTIONS;
            do {
                dk_rng_shuffle(rng, deck, EMOTIONS);
            } while (deck[0] == last);
        }
        const enum emotion emotion = (enum emotion)deck[i];
        v->change[v->changes] = (struct change){at, emotion, expression_random(emotion, rng)};
        at += between(rng, 1.5, 3) + CLIP_BLEND + (at == v->enter ? v->walk : 0);
    }
}

static void plan_place(struct visit *v, const struct clip_plan *plan, int place, dk_rng *rng) {
    const double w = plan->w, h = plan->h, room = w / plan->places;
    v->scale = fmin(room / 2.75, h / 3.4) * between(rng, .78, 1);
    const double body = 1.25 * 1.1 * v->scale, spare = fmax(0, room / 2 - body);
    v->x = swing_random(fmin(spare, .22 * w), 6, 9, rng);
    v->home_x = room * (place + .5);
    v->home_y = fmax(1.6 * v->scale, h * between(rng, .4, .47));
    v->y = swing_random(.02 * h, 3, 5, rng);
    v->size = swing_random(.1, 5, 8, rng);
    const bool left = place == 0, right = place == plan->places - 1;
    const double way = body + spare;
    v->away_x = left ? -way : right ? w + way : v->home_x;
    v->away_y = left || right ? v->home_y : h + 1.7 * v->scale;
    v->walk = 2.2;
}

static void plan_visit(struct clip *clip, const struct clip_plan *plan, int place, double enter, double leave,
                       const struct light *light, dk_rng *rng) {
    struct visit *v = &clip->visit[clip->visits++];
    *v = (struct visit){.enter = enter, .leave = leave};
    v->face = face_random(NEUTRAL, rng);
    v->face.light = *light;
    v->face.pose.yaw *= .5;
    v->face.pose.roll *= .6;
    v->yaw = swing_random(.06, 3, 6, rng);
    v->pitch = swing_random(.04, 4, 7, rng);
    v->blink = swing_random(1, 3, 5, rng);
    plan_place(v, plan, place, rng);
    plan_changes(v, fmax(enter, 0), rng);
}

void clip_random(struct clip *clip, const struct clip_plan *plan, dk_rng *rng) {
    const struct light light = light_random(rng);
    clip->w = plan->w;
    clip->h = plan->h;
    clip->backdrop = dk_rng_next(rng);
    clip->visits = 0;
    for (int place = 0; place < plan->places; place++) {
        double longer = 2 * place; /* of the first stay: not all go at once */
        double enter = plan->stay || place == 0 ? -beyond : between(rng, .3, 3);
        while (enter < plan->seconds - 5 && clip->visits < CLIP_VISITS) {
            double leave = fmax(enter, 0) + between(rng, 6.5, 9) + longer;
            if (plan->stay || leave > plan->seconds - 2) {
                leave = plan->seconds + beyond;
            }
            plan_visit(clip, plan, place, enter, leave, &light, rng);
            longer = 0;
            enter = leave + between(rng, 1.5, 3);
        }
    }
}

static struct expression expression_at(const struct visit *v, double t, enum emotion *emotion) {
    struct expression e = v->change[0].expression;
    *emotion = v->change[0].emotion;
    for (int i = 1; i < v->changes && v->change[i].at <= t; i++) {
        const double done = (t - v->change[i].at) / CLIP_BLEND;
        e = expression_mix(&v->change[i - 1].expression, &v->change[i].expression, smooth(done));
        *emotion = done >= .5 ? v->change[i].emotion : v->change[i - 1].emotion;
    }
    const double shut = fmod(t / v->blink.period + v->blink.phase, 1) * v->blink.period / .2; /* of .2 s */
    if (shut < 1) {
        const double closed = sin(M_PI * shut);
        e.muscle[EYE_OPEN] += closed * (-1 - e.muscle[EYE_OPEN]);
    }
    return e;
}

void clip_scene(const struct clip *clip, double t, struct scene *s, int id[SCENE_FACES]) {
    *s = (struct scene){.backdrop = clip->backdrop};
    for (int i = 0; i < clip->visits; i++) {
        const struct visit *v = &clip->visit[i];
        if (t < v->enter || t > v->leave || s->count == SCENE_FACES) {
            continue;
        }
        const int n = s->count++;
        const double here = smooth(fmin(t - v->enter, v->leave - t) / v->walk);
        s->face[n] = v->face;
        s->face[n].expression = expression_at(v, t, &s->emotion[n]);
        s->face[n].pose.yaw += swung(&v->yaw, t);
        s->face[n].pose.pitch += swung(&v->pitch, t);
        s->scale[n] = v->scale * (1 + swung(&v->size, t));
        s->x[n] = v->away_x + here * (v->home_x + swung(&v->x, t) - v->away_x);
        s->y[n] = v->away_y + here * (v->home_y + swung(&v->y, t) - v->away_y);
        id[n] = i + 1;
    }
}
