/* Drawn faces: who it is, what it feels, how it is turned, where the light comes from. Everything is a number
 * that can be mixed, so that a face can later be moved from frame to frame. Faces are measured in face units:
 * the origin is between the eyes, x to the right, y down, the head about 1.7 wide and 2.4 high.
 *
 * Muscles follow the idea of facial action coding (Ekman & Friesen 1978), not its letter. */
#ifndef FACE_H
#define FACE_H

#include <cairo.h>

#include "base/rng.h"

enum emotion { ANGRY, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE, EMOTIONS };
extern const char *const emotion_names[EMOTIONS];

/* 0 is at rest, 1 fully drawn; the negative of a muscle is its opposite. */
enum muscle {
    BROW_INNER,   /* inner ends raised */
    BROW_OUTER,   /* outer ends raised */
    BROW_FROWN,   /* drawn down and together */
    EYE_OPEN,     /* upper lid raised; −1 closed */
    EYE_SQUINT,   /* lower lid raised */
    CHEEK_RAISE,  /* cheeks pushed up */
    NOSE_WRINKLE, /* bridge wrinkled, wings raised */
    LIP_RAISE,    /* upper lip raised in the middle */
    MOUTH_CORNER, /* corners up; −1 down */
    MOUTH_WIDTH,  /* stretched; −1 pursed */
    MOUTH_OPEN,   /* jaw dropped */
    LIP_PRESS,    /* lips thin */
    MUSCLES
};

struct expression {
    double muscle[MUSCLES];
    double lopsided;       /* −1 … 1: one side moves more */
    double gaze_x, gaze_y; /* −1 … 1 */
};

struct colour {
    double r, g, b;
};

enum hair_style { BALD, CROPPED, PARTED, FRINGE, LONG, BOB, CURLY, RECEDING, BUN, HAIR_STYLES };
enum beard_style { SHAVEN, STUBBLE, MOUSTACHE, GOATEE, FULL_BEARD };

struct person {
    struct colour skin, hair, iris, lips, clothes;
    double width, jaw, chin; /* of the head; factors around 1 */
    double eye_size, eye_apart, nose_width, nose_length, mouth_width, lip_full, brow_thick; /* the same */
    double age; /* 0 … 1: lines and folds */
    enum hair_style hair_style;
    enum beard_style beard;
    int glasses;      /* 0 none, 1 round, 2 square */
    uint64_t strands; /* seed of the single hairs */
};

/* Radians: yaw > 0 looks to the picture's right, pitch > 0 down, roll > 0 tilts clockwise; so a mirrored picture has the
 * negative of yaw and roll. */
struct pose {
    double yaw, pitch, roll;
};
#define POSE_YAW .6
#define POSE_PITCH .35
#define POSE_ROLL .6

struct light {
    double x, y;     /* where it comes from, −1 … 1; y −1 is above */
    double ambient;  /* 0 … 1: share that comes from everywhere */
    double strength; /* around 1 */
    struct colour tint;
};

struct face {
    struct person person;
    struct expression expression;
    struct pose pose;
    struct light light;
};

/* Random choices. */
struct expression expression_random(enum emotion emotion, dk_rng *rng);
struct expression expression_mix(const struct expression *a, const struct expression *b,
                                 double t); /* t 0: a */
struct person person_random(dk_rng *rng);
struct pose pose_random(dk_rng *rng); /* of somebody who looks at the camera */
struct pose pose_wide(dk_rng *rng);   /* of somebody who looks anywhere: POSE_YAW … at most */
struct light light_random(dk_rng *rng);
struct face face_random(enum emotion emotion, dk_rng *rng);

/* What a pixel shows. CLEAR is what lies behind it. */
enum part { CLEAR = -1, BACKGROUND, SKIN, HAIR, EYES, MOUTH, PARTS };
extern const char *const part_names[PARTS];

/* Draws the face at the origin, in face units (scale cr before). */
void face_draw(cairo_t *cr, const struct face *face);
/* Draws its parts instead, the number of each as a grey level, without antialiasing. */
void face_draw_parts(cairo_t *cr, const struct face *face);

/* Where a face finder's square would be, in face units of the unturned picture. */
struct face_box {
    double x, y, side; /* of its centre */
};
struct face_box face_box(const struct face *face);

#endif
