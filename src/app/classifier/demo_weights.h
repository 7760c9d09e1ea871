/* The weights of a demo that names none. */
#ifndef DK_APP_DEMO_WEIGHTS_H
#define DK_APP_DEMO_WEIGHTS_H

#include "base/arena.h"
#include "data/dataset.h"

/* weights/emotion.weights when it is there and cfg is the one that it belongs to (cfg/mobilenet.cfg), else the newest
 * <cfg>_best.weights or <cfg>_best.N.weights in the backup folder. DK_EIO when there is neither. */
DK_CHECKED dk_status dk_demo_find_weights(const char **weights, const char *cfg, const dk_data *data,
                                          dk_arena *arena, dk_error *err);

#endif
