/* WEIGHTS.json, the file beside a weights file: what was measured of these weights and that answers are given
 * with. `valid -calibrate` writes it, predict reads it. */
#ifndef DK_APP_SIDECAR_H
#define DK_APP_SIDECAR_H

#include "app/command.h"

typedef struct {
    double temperature;
    const char *fitted_on; /* the pictures: list or folder */
    long images;
    double loss_before, loss_after; /* mean cross-entropy on them, without and with the temperature */
} dk_sidecar;

/* The path of the file beside these weights (which are looked for as dk_share_find does); NULL: no memory. */
const char *dk_sidecar_path(const char *weights, dk_arena *arena);

DK_CHECKED dk_status dk_sidecar_write(const dk_sidecar *s, const char *weights, dk_arena *arena,
                                      dk_error *err);

/* The temperature for answers of these weights: 1 without such a file, and also, with a warning, when the
 * weights are not those that it was fitted for. Says so when it is another. A broken file is an error. */
DK_CHECKED dk_status dk_sidecar_temperature(double *temperature, const dk_call *call, const char *weights,
                                            dk_error *err);

#endif
