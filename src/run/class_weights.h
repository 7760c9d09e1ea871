/* Weights of classes in the loss, for sets whose classes differ in size or in what a mistake costs. */
#ifndef DK_RUN_CLASS_WEIGHTS_H
#define DK_RUN_CLASS_WEIGHTS_H

#include "cfg/cfg.h"
#include "data/dataset.h"
#include "run/classifier.h"

/* One weight per class from [net] class_weights: a list as it stands, or "auto". NULL without the key. Errors
 * name the key's line: not as many as classes, not above 0, auto with a class that has no pictures or with balanced=1. */
DK_CHECKED dk_status dk_class_weights_read(const float **out, const dk_classifier_conf *conf,
                                           const dk_section *s, const dk_dataset *train,
                                           const char *const *names, dk_arena *arena, dk_error *err);

/* Weights the targets t[rows][classes] of a batch into to[]; of_row[i]: the weight of row i, Σ t·w. */
void dk_class_weights_apply(const float *weights, int classes, int rows, const float *t, float *to,
                            float *of_row);

#endif
