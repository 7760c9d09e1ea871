/* What a face shows, over time: its scores smoothed, and a label that does not flicker. Time is that of the
 * frames, in seconds. */
#ifndef DK_LIVE_MOOD_H
#define DK_LIVE_MOOD_H

#include <stdbool.h>

#define DK_MOOD_LEAD .1f /* by which another class must be ahead before the label changes */

typedef struct {
    float *scores; /* one a class; sums to 1 as what was added did */
    int classes;
    bool any;    /* something was added */
    double time; /* of the last addition */
    int label;   /* -1: none yet */
} dk_mood;

/* Forgets everything; scores and classes stay. */
void dk_mood_clear(dk_mood *mood);

/* p ← a·p + (1 − a)·new with a = exp(−dt / constant); the first ones are taken as they are. constant 0: no memory. */
void dk_mood_add(dk_mood *mood, const float *scores, double time, double constant);

#endif
