/* The demo: frames from a source, faces in them, followed and named, into sinks. */
#ifndef DK_LIVE_LIVE_H
#define DK_LIVE_LIVE_H

#include <stdatomic.h>

#include "data/dataset.h"
#include "live/finder.h"
#include "live/sink.h"
#include "run/model.h"
#include "run/tta.h"

typedef struct {
    const char *source;
    dk_model_options model;
    double temperature;    /* of the scores; 1: as they are */
    const dk_data *data;   /* names of the classes */
    dk_finder_conf finder; /* its `still` is the source's affair */
    int detect_every;      /* frames; 0: by itself (live/cadence.h) */
    float margin;          /* around a face, share of its side; below 0: cut off */
    const dk_tta *tta;     /* views of a face; NULL: dk_ask_views decides */
    double smooth;         /* time constant, seconds */
    double reconnect;      /* seconds that a broken stream is tried again */
    bool realtime;         /* a film at its own pace */
    dk_outputs outputs;
    const char *notice;     /* bottom line of the picture, as which weights it is; NULL: none */
    const atomic_int *stop; /* not 0: end as if the source had ended; may be NULL */
    dk_fonts *fonts;        /* told of letters that no font has; may be NULL */
    dk_log log;
} dk_live_options;

/* The stages of a frame, in their order. */
typedef enum {
    DK_LIVE_GRAB,     /* take the next frame */
    DK_LIVE_DETECT,   /* find faces in it, on some frames */
    DK_LIVE_TRACK,    /* tell who is who */
    DK_LIVE_CLASSIFY, /* ask the network about all of them at once */
    DK_LIVE_SMOOTH,   /* let answers settle */
    DK_LIVE_DRAW,     /* over the frame, when someone will see it */
    DK_LIVE_SINK,     /* give it away */
    DK_LIVE_STAGE_COUNT
} dk_live_stage;

typedef struct {
    long frames, dropped;
    int faces;                         /* that appeared */
    int lost, bad;                     /* times that the stream broke off; pictures that could not be read */
    double seconds;                    /* from the first frame to the last */
    double stage[DK_LIVE_STAGE_COUNT]; /* of the main thread, seconds */
    double capturing, classifying;     /* of threads of their own (classifying: or within its stage) */
    long detections, asked;            /* frames searched, faces asked about */
    double latency;                    /* mean, from frame to sinks */
} dk_live_report;

/* Runs until the source ends, someone quits or *stop is set. Sinks are closed whatever happens; the report is of what was
 * done. DK_ESTOPPED after *stop. */
DK_CHECKED dk_status dk_live_run(const dk_live_options *options, dk_live_report *report, dk_error *err);

#endif
