/* Learning-rate policies: the rate of step t, as Darknet counts it (the first update has t = 1). A policy is
 * a function and a row. With burn-in the first steps rise as (t/burn_in)^power. */
#include <math.h>

#include "base/rng.h"
#include "net/solver.h"

typedef struct {
    double t, total, start; /* start: first step after burn-in */
    uint64_t seed;
} moment;

typedef double (*policy)(const dk_solver_conf *c, const moment *m);

static double constant(const dk_solver_conf *c, const moment *m) {
    (void)m;
    return (double)c->learning_rate;
}

static double steps(const dk_solver_conf *c, const moment *m) {
    double rate = (double)c->learning_rate;
    for (int i = 0; i < c->steps.count && c->steps.v[i] <= m->t; i++) {
        rate *= (double)c->scales.v[i];
    }
    return rate;
}

static double step(const dk_solver_conf *c, const moment *m) {
    return (double)c->learning_rate * pow((double)c->scale, floor(m->t / c->step));
}

static double exponential(const dk_solver_conf *c, const moment *m) {
    return (double)c->learning_rate * pow((double)c->gamma, m->t);
}

static double poly(const dk_solver_conf *c, const moment *m) {
    return (double)c->learning_rate * pow(fmax(0, 1 - m->t / m->total), (double)c->power);
}

static double sigmoid(const dk_solver_conf *c, const moment *m) {
    return (double)c->learning_rate / (1 + exp((double)c->gamma * (m->t - c->step)));
}

static double random_power(const dk_solver_conf *c, const moment *m) {
    dk_rng rng = dk_rng_key(m->seed, (uint64_t)m->t, 0, DK_RNG_POLICY);
    return (double)c->learning_rate * pow((double)dk_rng_uniform(&rng, 0, 1), (double)c->power);
}

static double half_cosine(const dk_solver_conf *c, double share) {
    const double high = (double)c->learning_rate, low = fmin((double)c->learning_rate_min, high);
    return low + .5 * (high - low) * (1 + cos(M_PI * share));
}

/* Cosine with warm restarts (Loshchilov & Hutter 2017): each cycle is sgdr_mult times as long as the one before. The last
 * step of a cycle has the lowest rate, so that a run that ends there ends quietly. */
static double sgdr(const dk_solver_conf *c, const moment *m) {
    double begin = 0, cycle = c->sgdr_cycle == (int)DK_AUTO ? m->total : c->sgdr_cycle;
    while (m->t - begin > cycle) {
        begin += cycle;
        cycle *= fmax(1, (double)c->sgdr_mult);
    }
    return half_cosine(c, (m->t - begin) / cycle);
}

/* One half cosine from the end of burn-in to the last step. */
static double cosine(const dk_solver_conf *c, const moment *m) {
    const double share = (m->t - m->start) / fmax(1, m->total - m->start);
    return half_cosine(c, fmin(1, fmax(0, share)));
}

static const policy policies[] = {
    [DK_POLICY_CONSTANT] = constant,   [DK_POLICY_STEPS] = steps, [DK_POLICY_STEP] = step,
    [DK_POLICY_EXP] = exponential,     [DK_POLICY_POLY] = poly,   [DK_POLICY_SIGMOID] = sigmoid,
    [DK_POLICY_RANDOM] = random_power, [DK_POLICY_SGDR] = sgdr,   [DK_POLICY_COSINE] = cosine,
};

float dk_solver_rate(const dk_solver_conf *conf, long t, long total, uint64_t seed) {
    if (t < conf->burn_in) {
        return conf->learning_rate * powf((float)t / (float)conf->burn_in, conf->power);
    }
    const moment m = {
        .t = (double)t, .total = (double)(total > 0 ? total : 1), .start = conf->burn_in, .seed = seed};
    return (float)policies[conf->policy](conf, &m);
}
