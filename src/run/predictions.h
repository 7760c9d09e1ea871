/* Every answer of a validation: predictions.csv. Written after each validation of a run, read back by whatever
 * draws or counts: the pictures of a run are made from this file alone.
 * Columns: path, truth, answer (names of classes), probability (of the answer), then one score per class under
 * its name. Without a [softmax] scores are whatever the network answers. */
#ifndef DK_RUN_PREDICTIONS_H
#define DK_RUN_PREDICTIONS_H

#include "data/dataset.h"

typedef struct {
    const char *path;
    int truth, answer;
} dk_prediction;

typedef struct {
    int classes, count;
    const char *const *names; /* classes; not owned while collecting */
    dk_prediction *rows;
    float *scores; /* count·classes */
    int room;
    dk_arena *arena; /* of names and paths that were read from a file; NULL while collecting */
} dk_predictions;

/* The names of a data set's classes, or their labels when two names are alike. */
DK_CHECKED dk_status dk_predictions_names(const char *const **out, const dk_data *data, dk_error *err);

/* An empty list; names must outlive it. */
void dk_predictions_open(dk_predictions *p, int classes, const char *const *names);
void dk_predictions_close(dk_predictions *p); /* accepts a zeroed one */

void dk_predictions_reset(dk_predictions *p);

/* Adds an answer, the class of the largest score. The path must outlive the list; truth is 0 … classes−1. */
DK_CHECKED dk_status dk_predictions_add(dk_predictions *p, const char *path, int truth, const float *scores,
                                        dk_error *err);

/* Writes aside and renames. */
DK_CHECKED dk_status dk_predictions_save(const dk_predictions *p, const char *path, dk_error *err);
/* The same as folder/predictions.csv. */
DK_CHECKED dk_status dk_predictions_leave(const dk_predictions *p, const char *folder, dk_error *err);

/* Reads such a file. Errors have file:line: columns missing, no class, a name that is no class, a score that is
 * no number, a probability that is not the answer's score, an answer that has not the largest. */
DK_CHECKED dk_status dk_predictions_read(dk_predictions *p, const char *path, dk_error *err);

float dk_prediction_probability(const dk_predictions *p, int row); /* of the answer */

/* Whether all scores lie in 0…1; those of a network without [softmax] need not. */
bool dk_predictions_are_probabilities(const dk_predictions *p);

/* counts[truth·classes + answer]; room for classes². */
void dk_predictions_confusion(const dk_predictions *p, long *counts);

/* The surest mistakes, most probable first (ties: the order of the file): at most `most` rows into out; how
 * many. */
int dk_predictions_worst(const dk_predictions *p, int most, int *out);

#endif
