/* The optimiser: learning-rate policy, momentum and decay, one step over the flat gradients.
 * Arithmetic as Darknet's (gradients of the mean loss; decay on weights only unless decay_norm says otherwise), see
 * dk_update for the rules. */
#ifndef DK_NET_SOLVER_H
#define DK_NET_SOLVER_H

#include "net/net.h"

typedef enum {
    DK_POLICY_CONSTANT,
    DK_POLICY_STEPS,
    DK_POLICY_STEP,
    DK_POLICY_EXP,
    DK_POLICY_POLY,
    DK_POLICY_SIGMOID,
    DK_POLICY_RANDOM,
    DK_POLICY_SGDR,
    DK_POLICY_COSINE
} dk_policy;

typedef struct {
    float learning_rate, momentum;
    float decay, decay_depthwise,
        decay_norm;      /* of weights, of those of depthwise convolutions (DK_AUTO: decay),
                                                 of scales and biases */
    float clip_gradient; /* most that the L2 norm of the gradient may be; 0: any */
    int nesterov;
    int optimizer; /* sgd, adam, adamw; `adam=1` is Darknet's way to say adam */
    int adam;
    float b1, b2, eps;
    int policy;  /* dk_policy */
    int burn_in; /* steps: rate · (t/burn_in)^power before the policy begins */
    float power, scale, gamma;
    int step;
    dk_ints steps;
    dk_floats scales;
    float learning_rate_min;
    int sgdr_cycle; /* DK_AUTO: all steps */
    float sgdr_mult;
    int max_batches; /* steps; 0: by max_epochs */
    float ema_alpha; /* share of the averages that stays at every step (net/ema.h); 0: no averages */
} dk_solver_conf;
extern const dk_opt dk_solver_opts[];

DK_CHECKED dk_status dk_solver_conf_check(const dk_section *s, const dk_solver_conf *conf, dk_error *err);

/* The rate of step t (1, 2, …) of `total`. Pure: policy random is keyed by seed and t. */
float dk_solver_rate(const dk_solver_conf *conf, long t, long total, uint64_t seed);

typedef struct dk_solver dk_solver;
DK_CHECKED dk_status dk_solver_open(dk_solver **out, dk_net *net, const dk_solver_conf *conf, long total,
                                    uint64_t seed, dk_error *err);
void dk_solver_close(dk_solver *s); /* accepts NULL */

/* Moves by the gradients of `net` from now on, a twin over the same parameters: another size, other frozen layers. */
void dk_solver_aim(dk_solver *s, dk_net *net);

/* Floats that the optimiser keeps beside each trained value: dk_net_build_options.optimiser_floats. */
int dk_solver_floats(const dk_solver_conf *conf);

/* What a resumed run must put back: steps done, by all and by each layer, and moments, each `count` floats of engine
 * memory; v: Adam's, or NULL. */
typedef struct {
    long *t, *moved;
    int layers;
    float *m, *v;
    size_t count;
} dk_solver_state;
dk_solver_state dk_solver_state_of(dk_solver *s);

/* Moves the parameters by net->grads and raises their version. *rate (may be NULL): the rate used. */
DK_CHECKED dk_status dk_solver_step(dk_solver *s, float *rate, dk_error *err);

#endif
