/* Proportions after the drawing school's rule of thirds: eyes at half the head's height, one eye's width
 * between them, the nose ends half way from brow to chin, the mouth a third of the way from there. */
#include "anatomy.h"

#include <math.h>

struct anatomy anatomy_of(const struct face *face) {
    const struct person *p = &face->person;
    const double *m = face->expression.muscle, lopsided = face->expression.lopsided;
    const double open = clamp(m[MOUTH_OPEN], 0, 1.2), press = clamp(m[LIP_PRESS], 0, 1);
    struct anatomy a = {.width = .83 * p->width, .jaw = .83 * p->width * p->jaw, .chin_width = .29 * p->chin};
    a.chin = 1.18 * (.5 + .5 * p->chin) + .15 * open;
    a.eye_x = .372 * p->eye_apart * (.5 + .5 * p->width);
    a.eye_y = .02;
    a.eye_w = .19 * p->eye_size;
    const double lid = clamp(m[EYE_OPEN], -1, 1.2), squint = clamp(m[EYE_SQUINT], -.2, 1);
    a.upper_lid = p->eye_size * (.095 + (lid > 0 ? .075 : .076) * lid) - .012 * clamp(m[BROW_FROWN], 0, 1);
    a.lower_lid = p->eye_size * (.064 - .048 * squint + .012 * fmax(0, lid));
    a.nose_y = .47 * p->nose_length - .035 * clamp(m[NOSE_WRINKLE], 0, 1);
    a.nose_w = .155 * p->nose_width * (1 + .16 * clamp(m[NOSE_WRINKLE], 0, 1));
    a.mouth_y = .77 + .03 * (p->nose_length - 1) + .055 * open;
    a.mouth_w = .28 * p->mouth_width * (1 + .34 * clamp(m[MOUTH_WIDTH], -1, 1));
    for (int side = 0; side < 2; side++) {
        a.corner[side] = .13 * m[MOUTH_CORNER] * (1 + (side == 0 ? -.6 : .6) * lopsided);
    }
    a.gap = .27 * open;
    a.lift = .075 * clamp(m[LIP_RAISE], -.1, 1.2);
    a.upper_lip = .05 * p->lip_full * (1 - .65 * press) * (1 - .25 * clamp(m[MOUTH_CORNER], 0, 1));
    a.lower_lip = .07 * p->lip_full * (1 - .6 * press);
    return a;
}

void anatomy_outline(const struct anatomy *a, struct point out[OUTLINE_POINTS]) {
    const double c = a->chin;
    const struct point right[] = {{0, -1.2},
                                  {.47 * a->width / .83, -1.08},
                                  {.93 * a->width, -.7},
                                  {a->width, -.25},
                                  {.985 * a->width, .2},
                                  {.9 * a->jaw, .55 * c},
                                  {.68 * a->jaw, .8 * c},
                                  {a->chin_width, .965 * c},
                                  {0, c}};
    for (int i = 0; i <= OUTLINE_POINTS / 2; i++) {
        out[i] = right[i];
        if (i > 0) {
            out[OUTLINE_POINTS - i] = (struct point){-right[i].x, right[i].y};
        }
    }
}

void anatomy_brow(const struct face *face, const struct anatomy *a, int side, struct point out[BROW_POINTS]) {
    const double *m = face->expression.muscle;
    const double more = 1 + .5 * side * face->expression.lopsided;
    const double inner = m[BROW_INNER], outer = m[BROW_OUTER] * more, frown = m[BROW_FROWN];
    for (int i = 0; i < BROW_POINTS; i++) {
        const double t = i / (double)(BROW_POINTS - 1); /* 0 at the inner end */
        const double arch = .085 * sin(M_PI * fmin(1, .12 + .92 * t));
        const double raise =
            .15 * inner * (1 - t) * (1 - t) + .1 * (inner + outer) * t * (1 - t) * 2 + .13 * outer * t * t;
        const double down = .1 * frown * (1 - t) * (1 - .5 * t);
        const double x = a->eye_x - .225 + .45 * t - .055 * frown * (1 - t);
        out[i] = (struct point){side * x, a->eye_y - .2 - arch - raise + down};
    }
}

struct lips anatomy_lips(const struct anatomy *a, double t) {
    const double u = fabs(t), side = (1 + t) / 2, corner = (1 - side) * a->corner[0] + side * a->corner[1];
    const double bend = u * u; /* corners move, the middle gives way a little */
    const double line = a->mouth_y - corner * (1.25 * bend - .3);
    const double gap = a->gap * pow(fmax(0, 1 - bend), .62);
    const double lift = a->lift * pow(fmax(0, 1 - u), .55);
    const double bow = 1 - .28 * exp(-t * t / .018);
    const double narrow = fmax(0, 1 - u * u * u);
    struct lips l = {.upper = line - .42 * gap - lift, .lower = line + .58 * gap};
    l.lower = fmax(l.lower, l.upper + .25 * lift);
    l.top = l.upper - a->upper_lip * bow * narrow * (1 - .25 * u) - .004;
    l.bottom = l.lower + a->lower_lip * pow(fmax(0, 1 - bend), .75) + .004;
    return l;
}
