/* Temperature: one number T by which the logarithms of all scores are divided, so that a probability means
 * how often such an answer is right. The order of the answers stays. */
#ifndef DK_RUN_CALIBRATE_H
#define DK_RUN_CALIBRATE_H

#include "base/status.h"

#define DK_TEMPERATURE_MIN .01
#define DK_TEMPERATURE_MAX 100.

/* Answers with their truths, to fit on; begins as {.classes = n}. */
typedef struct {
    int classes;
    int count, room;
    float *logs; /* count·classes, log of the scores */
    int *truths; /* count */
} dk_calibration;

/* Scores that are no probabilities (negative, or not summing to 1) are DK_EDATA. */
DK_CHECKED dk_status dk_calibration_add(dk_calibration *c, const float *scores, int truth, dk_error *err);
void dk_calibration_free(dk_calibration *c);

/* Mean cross-entropy at a temperature. */
double dk_calibration_loss(const dk_calibration *c, double temperature);

/* The temperature of the least cross-entropy. DK_EDATA when none in MIN…MAX has it: no mistake in the set, or
 * scores that know nothing. */
DK_CHECKED dk_status dk_calibration_fit(const dk_calibration *c, double *temperature, dk_error *err);

/* scores[classes] ← softmax(log scores / T). */
void dk_temperature_apply(float *scores, int classes, double temperature);

#endif
