/* A network with all that it stands on: cfg, settings, engine, parameters. What training, measuring and
 * predicting open first. */
#ifndef DK_RUN_MODEL_H
#define DK_RUN_MODEL_H

#include "base/log.h"
#include "run/settings.h"

typedef struct {
    const char *cfg;      /* required; looked for as dk_share_find does, as are weights */
    const char *cfg_text; /* what stands in it, when it is no file yet; NULL: it is read */
    const char *weights;  /* NULL: fresh values */
    bool partial;         /* weights may end early at a layer: the rest starts fresh, and a note says so */
    bool
        fresh_classifier; /* the last layer with weights starts fresh whatever WEIGHTS have there; a note says so */
    const dk_task *task;        /* what it is for: keys of other tasks do nothing and are told; NULL: any */
    const char *const *set;     /* "key=value" for [net], ending with NULL, or NULL */
    const char *precision;      /* the same as "precision=…" in set; NULL: as the cfg */
    const char *backend;        /* NULL: the first */
    int threads;                /* 0: one per core */
    uint64_t seed;              /* 0: as the cfg */
    dk_net_build_options build; /* its seed is set here; max_memory 0: what is free */
    dk_log log;
} dk_model_options;

typedef struct {
    dk_arena *arena;
    dk_cfg *cfg;
    dk_settings settings;
    dk_backend *backend;
    dk_net *net;
    uint64_t seed;
    uint64_t seen; /* pictures, as the weights file says */
    size_t
        max_memory; /* bytes that nets over this engine may take: build.max_memory, or what is free; 0: nobody knows */
} dk_model;

/* dk_model_open is read and build in a row; training reads first and builds once the data set is known.
 * After a failure, dk_model_close gives back what there is. */
DK_CHECKED dk_status dk_model_read(dk_model *m, const dk_model_options *o, dk_error *err);
DK_CHECKED dk_status dk_model_build(dk_model *m, const dk_model_options *o, dk_error *err);
DK_CHECKED dk_status dk_model_open(dk_model *m, const dk_model_options *o, dk_error *err);
void dk_model_close(dk_model *m); /* accepts a zeroed one */

#endif
