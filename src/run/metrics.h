/* Scores of a classifier on a set: loss, top-1, top-k, confusion matrix and what follows from it. */
#ifndef DK_RUN_METRICS_H
#define DK_RUN_METRICS_H

#include "base/arena.h"
#include "base/status.h"

/* Of more classes than this no table of classes × classes is made, nor is every score of every answer kept by a training:
 * for 22,000 classes that would be 3.9 GB, and nobody looks at it. */
enum { DK_TABLE_CLASSES = 4096 };

typedef struct {
    int classes, k;
    long images, skipped;
    long hits, hits_k;
    double loss_sum;
    long *support, *answered, *hit; /* of each class: as truth, as answer, as both */
    long *confusion;                /* [truth·classes + answer]; NULL above DK_TABLE_CLASSES */
} dk_metrics;

/* Bytes that a metrics takes. */
size_t dk_metrics_bytes(int classes);

DK_CHECKED dk_status dk_metrics_open(dk_metrics *m, int classes, int k, dk_arena *arena, dk_error *err);
void dk_metrics_reset(dk_metrics *m);
/* Adds one answer: scores[classes], loss −log of the truth's score. Ties count for the lower index. */
void dk_metrics_add(dk_metrics *m, const float *scores, int truth, double loss);
/* The same of an answer alone: what dk_metrics_class and the confusion are made of. */
void dk_metrics_count(dk_metrics *m, int truth, int answer);

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
