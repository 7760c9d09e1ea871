/* What several commands begin with: the network and the data set that the line names, with the flags that
 * concern them. */
#ifndef DK_APP_SETUP_H
#define DK_APP_SETUP_H

#include "app/command.h"
#include "data/loader.h"
#include "run/model.h"
#include "vision/vision.h"

/* Options of a model from cfg, weights (NULL: fresh) and the flags; without -max_memory, what is free. */
dk_model_options dk_setup_model(const dk_call *call, const char *cfg, const char *weights);

/* The .data file, with -set data.K=V. */
DK_CHECKED dk_status dk_setup_data(dk_data **out, const dk_call *call, const char *path, dk_error *err);

/* The k of top-k: -t, else `top` of the .data file, at most the number of classes. */
int dk_setup_top(const dk_call *call, const dk_data *data);

/* -threads, else one per core. */
int dk_setup_threads(const dk_call *call);

/* The face detector and the margin around a face: -cascade, -detect_size, -margin, or what was measured best. */
dk_detector_conf dk_setup_detector(const dk_call *call);
float dk_setup_margin(const dk_call *call);

/* A loader conf for measuring: every picture once, in order, as it is. */
dk_loader_conf dk_setup_loader(const dk_call *call, const dk_model *model);

#endif
