/* Averages of a net's parameters over the steps of training (exponential moving average, EMA): they wander
 * less than the parameters themselves and mostly validate better. All parameters are averaged, rolling
 * statistics too, so that the averages are a whole set of weights: a twin over them validates and is saved. */
#ifndef DK_NET_EMA_H
#define DK_NET_EMA_H

#include "net/net.h"

typedef struct {
    dk_backend *backend; /* borrowed */
    dk_params *from;     /* what is averaged; shared */
    dk_params *params;   /* the averages */
    float alpha;
    long t;
} dk_ema;

/* Begins with a copy of the parameters. Memory beyond what the net counts for: one dk_net_build_options.copies. */
DK_CHECKED dk_status dk_ema_open(dk_ema **out, dk_net *net, float alpha, dk_error *err);
void dk_ema_close(dk_ema *ema); /* accepts NULL */

/* After the solver's step. */
DK_CHECKED dk_status dk_ema_step(dk_ema *ema, dk_error *err);

/* The share of the averages that stays at step t = 1, 2, …: min(alpha, (1 + t) / (10 + t)). */
double dk_ema_keep(double alpha, long t);

#endif
