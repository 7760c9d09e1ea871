/* What several commands begin with: the network and the data set that the line names, with the flags that
 * concern them. */
#ifndef DK_APP_SETUP_H
#define DK_APP_SETUP_H

#include "app/command.h"
#include "run/measuring.h"
#include "run/tta.h"
#include "live/finder.h"
#include "serve/serve.h"

/* Flags that concern a network. What the tables of a command do not fill stays 0. */
typedef struct {
    int threads; /* 0: one per core */
    long seed;
    size_t max_memory; /* bytes; 0: what is free */
    const char *backend;
    dk_flag_sets set;
    int dont_show; /* only a demo opens a window; scripts for Darknet say so everywhere */
} dk_model_flags;
extern const dk_flag dk_flags_model[]; /* all but -seed and -dont_show */
extern const dk_flag dk_flags_task[];  /* all but -seed */
extern const dk_flag
    dk_flags_weights[]; /* without -threads and -precision: nothing, or little, is computed */
extern const dk_flag dk_flags_set[], dk_flags_seed[], dk_flags_threads[];

/* Flags that concern faces: how they are found and cut out. */
typedef struct {
    const char *finder, *cascade;
    int detect_size;
    double margin;
    const char *tta;
} dk_face_flags;
extern const dk_flag dk_flags_faces[];

extern const dk_flag dk_flags_http[]; /* a dk_serve_conf */

/* An int each: -t, 0 where it is not given, and -json. */
extern const dk_flag dk_flags_top[], dk_flags_json[];

/* Options of a model from cfg, weights (NULL: fresh) and the flags (without -max_memory: what is free). */
dk_model_options dk_setup_model(const dk_call *call, const dk_model_flags *flags, const char *cfg,
                                const char *weights);

/* DATA CFG WEIGHTS [LIST_OR_FOLDER]; source_at: the key of DATA that names the pictures without the last (run/measuring.h). */
dk_measuring_options dk_setup_measuring(const dk_call *call, const dk_model_flags *flags, size_t source_at);

/* The k of top-k: -t, else `top` of the .data file, at most the number of classes. */
int dk_setup_top(int flag, const dk_data *data);

/* -threads, else one per core. */
int dk_setup_threads(int flag);

/* What finds faces: -finder, with the flags that go with it. */
DK_CHECKED dk_status dk_setup_finder(dk_finder_conf *out, const dk_call *call, const dk_face_flags *flags,
                                     const dk_model_flags *model, dk_error *err);

/* -tta of faces; *out is NULL for auto. */
DK_CHECKED dk_status dk_setup_tta(const dk_tta **out, const dk_face_flags *flags, dk_error *err);

#endif
