/* Epsilon of every normalisation: y = γ·(x − μ)/sqrt(σ² + DK_NORM_EPS) + β, σ² the biased variance. */
#ifndef DK_BACKEND_NORM_EPS_H
#define DK_BACKEND_NORM_EPS_H

#define DK_NORM_EPS 1e-5f

#endif
