/* One thread that does what many ask for, one after another, as they have come: there is one network, and threads that ask
 * have small stacks. Of each who says who he is only the newest waits, so that all get their turns equally often. */
#ifndef DK_LIVE_TURNS_H
#define DK_LIVE_TURNS_H

#include "base/status.h"

typedef struct dk_turns dk_turns;

typedef dk_status (*dk_turn)(void *user, dk_error *err);

DK_CHECKED dk_status dk_turns_open(dk_turns **out, dk_error *err);
void dk_turns_close(dk_turns *turns); /* accepts NULL; once nobody waits */

/* Waits until it was done; what it says is returned. who: NULL is nobody in particular, of whom only few may wait. DK_ENOMEM:
 * too many wait, or the same one has come with something newer. */
DK_CHECKED dk_status dk_turns_take(dk_turns *turns, const char *who, dk_turn turn, void *user, dk_error *err);

#endif
