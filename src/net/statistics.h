/* New rolling statistics for batch normalisations, without changing what the network computes. For a channel
 * whose sums r (before normalisation) have mean m and variance v over the given pictures,
 *
 *     γ·(r − μ)/sqrt(σ² + ε) + β  =  γ'·(r − m)/sqrt(v + ε) + β'
 *     with k = γ/sqrt(σ² + ε),  γ' = k·sqrt(v + ε),  β' = β + k·(m − μ).
 *
 * What an imported network needs, whose folded normalisations are the identity: training goes on with the
 * batch's statistics, which then are near the rolling ones. A channel that never changes has v = 0 and
 * γ' = k·sqrt(ε): finite, and the same function. */
#ifndef DK_NET_STATISTICS_H
#define DK_NET_STATISTICS_H

#include "net/net.h"

typedef struct dk_statistics dk_statistics;

/* For a net built with keep_outputs and not for training, which must live longer. Memory beyond what the net
 * counts for: once more the outputs of its normalised layers. */
DK_CHECKED dk_status dk_statistics_open(dk_statistics **out, dk_net *net, dk_error *err);
void dk_statistics_close(dk_statistics *s); /* accepts NULL */

/* Measures the first `count` pictures of the net's last forward. */
DK_CHECKED dk_status dk_statistics_add(dk_statistics *s, int count, dk_error *err);

/* Sets the statistics of all that was measured, and γ and β so that nothing changes. DK_EDATA: nothing was
 * measured. Returns the number of normalised layers in *layers. */
DK_CHECKED dk_status dk_statistics_settle(dk_statistics *s, int *layers, dk_error *err);

#endif
