/* The terminal: messages on stderr, and a training run as one live line (bar, images/s, loss, accuracy, time
 * left) that is rewritten at most ten times a second. Where stdout is no terminal: plain lines, at most one
 * per tenth of an epoch, and one per epoch. */
#ifndef DK_APP_TERMINAL_H
#define DK_APP_TERMINAL_H

#include <stdbool.h>

#include "run/observer.h"

typedef struct {
    bool live;    /* stdout is a terminal */
    bool pending; /* a live line stands there unfinished */
    double next;  /* clock: when the live line may be rewritten, or a plain line be written */
    int tenth;    /* of the epoch, that the last plain line told */
    long steps;
    int epochs;
} dk_terminal;

void dk_terminal_open(dk_terminal *t);
dk_log dk_terminal_log(dk_terminal *t);
dk_observer dk_terminal_observer(dk_terminal *t);

#endif
