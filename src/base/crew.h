/* A crew of threads that share out work. A piece of work is cut into shares that do not depend on one another; every
 * thread takes the next one when it is free, and the caller is one of them. So the caller never waits for a thread that
 * has no share: where other programs keep a core busy, the rest of the crew does the work. Which shares there are is the
 * caller's choice; who does which, and when, must not matter to results.
 * Idle threads look out for work for a while before they sleep, since the next piece mostly comes at once. */
#ifndef DK_BASE_CREW_H
#define DK_BASE_CREW_H

#include "base/status.h"

typedef struct dk_crew dk_crew;

/* Does share 0 … shares − 1 of something. */
typedef void dk_crew_task(void *self, int share);

/* threads ≥ 1, the caller counted. begin (NULL: nothing) is run by each of the others first. DK_ENOMEM when a thread
 * cannot be started. */
DK_CHECKED dk_status dk_crew_open(dk_crew **out, int threads, void (*begin)(void), dk_error *err);
void dk_crew_close(dk_crew *crew); /* accepts NULL */

/* Returns when all shares are done. One caller at a time; tasks do not call it. */
void dk_crew_do(dk_crew *crew, int shares, dk_crew_task *task, void *self);

/* Which of a crew's threads this is, for what each has of its own: 0 is the caller, and everybody else. */
int dk_crew_thread(void);

#endif
