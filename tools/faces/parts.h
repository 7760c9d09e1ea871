/* What is drawn upon the skin. */
#ifndef PARTS_H
#define PARTS_H

#include "anatomy.h"

/* Clips to the head's outline. */
void clip_head(const struct pen *pen, const struct anatomy *a);

void draw_eyes(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_brows(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_nostrils(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_mouth(const struct pen *pen, const struct face *face, const struct anatomy *a);

void draw_neck(const struct pen *pen, const struct face *face, const struct anatomy *a);
/* Shoulders and below; they do not tilt with the head. */
void draw_body(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_ears(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_hair_behind(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_hair(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_beard(const struct pen *pen, const struct face *face, const struct anatomy *a);
void draw_glasses(const struct pen *pen, const struct face *face, const struct anatomy *a);

/* How bright a part with the normal x, y is lit, around 1. */
double light_at(const struct light *light, double x, double y);

#endif
