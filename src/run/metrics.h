/* Scores of a classifier on a set: loss, top-1, top-k, confusion matrix and what follows from it. */
#ifndef DK_RUN_METRICS_H
#define DK_RUN_METRICS_H

#include "base/arena.h"
#include "base/status.h"

typedef struct {
    int classes, k;
    long images, skipped;
    long hits, hits_k;
    double loss_sum;
    long *confusion; /* [truth·classes + answer] */
} dk_metrics;

DK_CHECKED dk_status dk_metrics_open(dk_metrics *m, int classes, int k, dk_arena *arena, dk_error *err);
void dk_metrics_reset(dk_metrics *m);
/* Adds one answer: scores[classes], loss −log of the truth's score. Ties count for the lower index. */
void dk_metrics_add(dk_metrics *m, const float *scores, int truth, double loss);

double dk_metrics_loss(const dk_metrics *m); /* mean */
double dk_metrics_top1(const dk_metrics *m); /* 0…1 */
double dk_metrics_topk(const dk_metrics *m);
double dk_metrics_macro_f1(const dk_metrics *m); /* mean over the classes that occur */

typedef struct {
    double precision, recall, f1; /* 0 where undefined */
    long support;
} dk_class_score;
dk_class_score dk_metrics_class(const dk_metrics *m, int class_index);

/* Indices of the k largest scores, largest first. */
void dk_top_k(const float *scores, int classes, int k, int *out);
/* The first of them; of equal ones the lowest index. */
int dk_top_1(const float *scores, int classes);

#endif
