/* Are answers as sure as they should be? Answers are put into bins of equal width by their probability; in each
 * the share that is right is compared with the mean probability. ECE, the expected calibration error (Naeini,
 * Cooper & Hauskrecht 2015), is the mean of the differences, weighted by the bins' counts:
 *     ECE = Σ_b n_b/n · |accuracy_b − probability_b|
 * Only measures; fitting a temperature is another matter. */
#ifndef DK_RUN_RELIABILITY_H
#define DK_RUN_RELIABILITY_H

#include "run/predictions.h"

enum { DK_RELIABILITY_BINS = 15 };

typedef struct {
    long count[DK_RELIABILITY_BINS]; /* bin b holds probabilities in (b, b+1]/bins; 0 is in the first */
    double accuracy[DK_RELIABILITY_BINS], probability[DK_RELIABILITY_BINS]; /* means; NaN where count is 0 */
    double ece;                                                             /* 0 without answers */
} dk_reliability;

void dk_reliability_measure(dk_reliability *out, const dk_predictions *p);

#endif
