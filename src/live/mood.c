/* Exponential smoothing and hysteresis. */
#include "live/mood.h"

#include <math.h>

#include "run/metrics.h"

void dk_mood_clear(dk_mood *mood) {
    mood->any = false;
    mood->label = -1;
}

void dk_mood_add(dk_mood *mood, const float *scores, double time, double constant) {
    const double passed = time > mood->time ? time - mood->time : 0;
    const float keep = mood->any && constant > 0 ? (float)exp(-passed / constant) : 0;
    for (int i = 0; i < mood->classes; i++) {
        mood->scores[i] = keep > 0 ? keep * mood->scores[i] + (1 - keep) * scores[i] : scores[i];
    }
    mood->any = true;
    mood->time = time;
    const int best = dk_top_1(mood->scores, mood->classes);
    if (mood->label < 0 || mood->scores[best] > mood->scores[mood->label] + DK_MOOD_LEAD) {
        mood->label = best;
    }
}
