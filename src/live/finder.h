/* What finds the faces in a frame: a table of kinds, each a file. */
#ifndef DK_LIVE_FINDER_H
#define DK_LIVE_FINDER_H

#include "base/box.h"
#include "run/model.h"
#include "vision/vision.h"

typedef struct dk_finder_kind dk_finder_kind;

/* A network with a layer that finds things (dk_layer_type.find). */
typedef struct {
    dk_model_options model;
    const char
        *names; /* file with a name a line, one of which is "face" in any case; NULL: it finds faces only */
    int size;   /* longest side that frames are shrunk to; 0: that of the cfg, of stills twice that */
} dk_finder_network_conf;

typedef struct {
    const dk_finder_kind *kind; /* NULL: the first of the table */
    bool still;                 /* for pictures, which have no hurry */
    dk_haar_conf haar;
    dk_finder_network_conf network;
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
#define DK_FINDER_KINDS(X) X(haar) X(network)

#define DK_FINDER_ONE(name) +1
enum { DK_FINDERS = 0 DK_FINDER_KINDS(DK_FINDER_ONE) };
#undef DK_FINDER_ONE
extern const dk_finder_kind *const dk_finder_kinds[DK_FINDERS];
#define DK_FINDER_DECLARE(name) extern const dk_finder_kind dk_finder_##name;
DK_FINDER_KINDS(DK_FINDER_DECLARE)
#undef DK_FINDER_DECLARE

typedef struct {
    const dk_finder_kind *kind; /* NULL: not open */
    void *self;
} dk_finder;

DK_CHECKED dk_status dk_finder_open(dk_finder *finder, const dk_finder_conf *conf, dk_error *err);
DK_CHECKED dk_status dk_finder_run(dk_finder *finder, const dk_frame *frame, const dk_known *known,
                                   dk_found *found, int room, int *count, dk_error *err);
void dk_finder_close(dk_finder *finder); /* accepts a zeroed one */

#endif
