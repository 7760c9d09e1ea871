/* Temperature scaling (Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", 2017).
 * With β = 1/T and l = log p the mean cross-entropy is
 *
 *     L(β) = mean(log Σ exp(β·l) − β·l_truth),   L′ = mean(E[l] − l_truth),   L″ = mean(Var[l]) ≥ 0,
 *
 * E and Var under softmax(β·l). L is convex, so the root of L′ is its only minimum: Newton's steps find
 * it, and a bisection takes over where one would leave the bracket. */
#include "run/calibrate.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/grow.h"

static float log_of(float p) {
    return logf(fmaxf(p, FLT_MIN));
}

/* ---- collecting ---- */

static dk_status grow(dk_calibration *c, dk_error *err) {
    static const char what[] = "the scores to calibrate with";
    int room = c->room; /* of both */
    DK_TRY(dk_grow(&c->logs, c->count, &room, (size_t)c->classes * sizeof *c->logs, what, err));
    return DK_GROW(c->truths, c->count, c->room, what, err);
}

static dk_status check(const float *scores, int classes, dk_error *err) {
    double sum = 0;
    bool negative = false;
    for (int i = 0; i < classes; i++) {
        negative = negative || scores[i] < 0;
        sum += (double)scores[i];
    }
    if (negative || !(fabs(sum - 1) < 1e-3)) {
        return dk_fail(
            err, DK_EDATA,
            "the scores are no probabilities (%s), so there is no temperature to fit; a network whose "
            "last layer is [softmax] has some",
            negative ? "one is negative" : "they do not sum to 1");
    }
    return DK_OK;
}

dk_status dk_calibration_add(dk_calibration *c, const float *scores, int truth, dk_error *err) {
    DK_TRY(check(scores, c->classes, err));
    DK_TRY(grow(c, err));
    float *const logs = c->logs + (size_t)c->count * (size_t)c->classes;
    for (int i = 0; i < c->classes; i++) {
        logs[i] = log_of(scores[i]);
    }
    c->truths[c->count++] = truth;
    return DK_OK;
}

void dk_calibration_free(dk_calibration *c) {
    free(c->logs);
    free(c->truths);
    *c = (dk_calibration){.classes = c->classes};
}

/* ---- fitting ---- */

typedef struct {
    double loss, slope, bend; /* L, L′, L″ */
} curve;

static void add_picture(curve *sum, const float *l, int classes, int truth, double beta) {
    double largest = l[0], total = 0, first = 0, second = 0;
    for (int i = 1; i < classes; i++) {
        largest = fmax(largest, (double)l[i]);
    }
    for (int i = 0; i < classes; i++) {
        const double from_top = (double)l[i] - largest, weight = exp(beta * from_top);
        total += weight;
        first += weight * from_top;
        second += weight * from_top * from_top;
    }
    const double mean = first / total, from_top = (double)l[truth] - largest;
    sum->loss += log(total) - beta * from_top;
    sum->slope += mean - from_top;
    sum->bend += second / total - mean * mean;
}

static curve curve_at(const dk_calibration *c, double beta) {
    curve sum = {0, 0, 0};
    for (int i = 0; i < c->count; i++) {
        add_picture(&sum, c->logs + (size_t)i * (size_t)c->classes, c->classes, c->truths[i], beta);
    }
    const double n = (double)c->count;
    return (curve){sum.loss / n, sum.slope / n, sum.bend / n};
}

double dk_calibration_loss(const dk_calibration *c, double temperature) {
    return c->count == 0 ? 0 : curve_at(c, 1 / temperature).loss;
}

/* The root of the slope between low (where it is negative) and high (where it is positive). */
static double find_root(const dk_calibration *c, double low, double high) {
    double beta = 1;
    for (int i = 0; i < 100 && high - low > 1e-9 * high; i++) {
        const curve at = curve_at(c, beta);
        if (at.slope > 0) {
            high = beta;
        } else {
            low = beta;
        }
        const double newton = at.bend > 0 ? beta - at.slope / at.bend : low;
        const double next = newton > low && newton < high ? newton : (low + high) / 2;
        if (fabs(next - beta) <= 1e-9 * beta) {
            return next;
        }
        beta = next;
    }
    return beta;
}

dk_status dk_calibration_fit(const dk_calibration *c, double *temperature, dk_error *err) {
    const double low = 1 / DK_TEMPERATURE_MAX, high = 1 / DK_TEMPERATURE_MIN;
    if (c->count == 0) {
        return dk_fail(err, DK_EDATA, "there are no answers to fit a temperature on");
    }
    if (curve_at(c, high).slope <= 0) {
        return dk_fail(err, DK_EDATA,
                       "no temperature is best: all %d pictures are answered too well to tell; a set with "
                       "mistakes in it would do",
                       c->count);
    }
    if (curve_at(c, low).slope >= 0) {
        return dk_fail(err, DK_EDATA,
                       "no temperature is best: the answers to these %d pictures are no better than chance",
                       c->count);
    }
    *temperature = 1 / find_root(c, low, high);
    return DK_OK;
}

void dk_temperature_apply(float *scores, int classes, double temperature) {
    float largest = scores[0];
    double sum = 0;
    for (int i = 1; i < classes; i++) {
        largest = fmaxf(largest, scores[i]);
    }
    const double top = (double)log_of(largest);
    for (int i = 0; i < classes; i++) {
        scores[i] = (float)exp(((double)log_of(scores[i]) - top) / temperature);
        sum += (double)scores[i];
    }
    for (int i = 0; i < classes; i++) {
        scores[i] = (float)((double)scores[i] / sum);
    }
}
