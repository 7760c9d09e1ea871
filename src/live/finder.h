/* What finds the faces in a frame: a table of kinds, each a file. */
#ifndef DK_LIVE_FINDER_H
#define DK_LIVE_FINDER_H

#include "base/box.h"
#include "vision/vision.h"

typedef struct dk_finder_kind dk_finder_kind;

typedef struct {
    const dk_finder_kind *kind; /* NULL: the first of the table */
    bool still;                 /* for pictures, which have no hurry */
    dk_haar_conf haar;
} dk_finder_conf;

struct dk_finder_kind {
    const char *name;
    dk_status (*open)(void **self, const dk_finder_conf *conf, dk_error *err);
    /* Boxes around faces, in pixels of the frame, at most `room`; known: vision.h. */
    dk_status (*run)(void *self, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                     int *count, dk_error *err);
    void (*close)(void *self);
};

/* The kinds, a row each; the first is the usual one. */
#define DK_FINDER_KINDS(X) X(haar)

#define DK_FINDER_ONE(name) +1
enum { DK_FINDERS = 0 DK_FINDER_KINDS(DK_FINDER_ONE) };
#undef DK_FINDER_ONE
extern const dk_finder_kind *const dk_finder_kinds[DK_FINDERS];

typedef struct {
    const dk_finder_kind *kind; /* NULL: not open */
    void *self;
} dk_finder;

DK_CHECKED dk_status dk_finder_open(dk_finder *finder, const dk_finder_conf *conf, dk_error *err);
DK_CHECKED dk_status dk_finder_run(dk_finder *finder, const dk_frame *frame, const dk_known *known,
                                   dk_found *found, int room, int *count, dk_error *err);
void dk_finder_close(dk_finder *finder); /* accepts a zeroed one */

#endif
