/* Where everything is on one face: the person's proportions moved by the muscles. Shading (relief.c) and
 * drawing (parts.c) both go by it. */
#ifndef ANATOMY_H
#define ANATOMY_H

#include "pen.h"

enum { OUTLINE_POINTS = 16, BROW_POINTS = 5 };

struct anatomy {
    double width, jaw, chin_width, chin; /* half widths; y of the chin */
    double eye_x, eye_y, eye_w;          /* of the right eye (x > 0), half its width */
    double upper_lid, lower_lid;         /* opening above and below eye_y */
    double nose_y, nose_w;               /* of the tip; half width at the wings */
    double mouth_y, mouth_w;             /* of the resting line; half its width */
    double corner[2];                    /* how far the left and right corner are raised */
    double gap, lift;                    /* between the lips; of the upper lip's middle */
    double upper_lip, lower_lip;         /* thickness */
};

struct anatomy anatomy_of(const struct face *face);

/* The head's outline from the top over the right side and the chin. */
void anatomy_outline(const struct anatomy *a, struct point out[OUTLINE_POINTS]);

/* The middle line of a brow from its inner to its outer end; side −1 left, 1 right. */
void anatomy_brow(const struct face *face, const struct anatomy *a, int side, struct point out[BROW_POINTS]);

/* Heights of the lips' four edges at t = −1 (left corner) … 1 (right corner); x is t·mouth_w. */
struct lips {
    double top, upper, lower, bottom; /* outer edge, both edges of the gap, outer edge */
};
struct lips anatomy_lips(const struct anatomy *a, double t);

#endif
