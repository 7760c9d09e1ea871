/* Bins of probabilities, and the expected calibration error. */
#include "run/reliability.h"

#include <math.h>

static int bin_of(double probability) {
    const int bin = (int)ceil(probability * DK_RELIABILITY_BINS) - 1;
    return bin < 0 ? 0 : bin < DK_RELIABILITY_BINS ? bin : DK_RELIABILITY_BINS - 1;
}

void dk_reliability_measure(dk_reliability *r, const dk_predictions *p) {
    *r = (dk_reliability){0};
    for (int i = 0; i < p->count; i++) {
        const double probability = (double)dk_prediction_probability(p, i);
        const int bin = bin_of(probability);
        r->count[bin]++;
        r->probability[bin] += probability;
        r->accuracy[bin] += p->rows[i].answer == p->rows[i].truth;
    }
    for (int b = 0; b < DK_RELIABILITY_BINS; b++) {
        const double n = (double)r->count[b];
        r->ece += n > 0 ? fabs(r->accuracy[b] - r->probability[b]) / p->count : 0;
        r->accuracy[b] = n > 0 ? r->accuracy[b] / n : NAN;
        r->probability[b] = n > 0 ? r->probability[b] / n : NAN;
    }
}
