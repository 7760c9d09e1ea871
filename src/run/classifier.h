/* The task `classifier`: which of several classes a picture shows. What its keys of [net] fill. */
#ifndef DK_RUN_CLASSIFIER_H
#define DK_RUN_CLASSIFIER_H

#include "run/task.h"

typedef struct {
    float label_smooth_eps;
    const char *class_weights; /* "auto", a list, or NULL: all 1 */
    float class_weights_power; /* of auto */
    int balanced;              /* as many training pictures of every class in an epoch */
} dk_classifier_conf;

/* The score that comes k-th counts as right, too; told by -classic, not a column of log.csv. */
#define DK_FIGURE_TOP_K "top-k accuracy"

#endif
