/* Ctrl-C, SIGTERM, used-up CPU time (ulimit -S -t) and the end of the terminal as a wish to stop, for commands that have
 * something to save first. Under `nohup` the end of the terminal is none. */
#ifndef DK_APP_STOP_H
#define DK_APP_STOP_H

#include <stdatomic.h>

/* From now on the first of these signals makes the answer 1, and one that comes half a second after it or later ends the
 * program at once. To be called before there are other threads. */
const atomic_int *dk_stop_on_signals(void);

/* To be called before that: how often SIGUSR1 came since, the wish for a checkpoint. Without this call it ends the program, as
 * usual. */
const atomic_int *dk_save_on_signal(void);

#endif
