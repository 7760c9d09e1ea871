/* -classic: a training run as Darknet prints it, for scripts that read its lines. In place of the terminal's. */
#ifndef DK_APP_CLASSIC_H
#define DK_APP_CLASSIC_H

#include "run/observer.h"

typedef struct {
    double average; /* of the loss; NaN: no step yet */
    double seconds; /* of the run at the last step */
    long batch;
    int top; /* the k of top-k */
} dk_classic;

dk_observer dk_classic_observer(dk_classic *c);

#endif
