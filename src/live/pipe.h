/* A pipe with a name (mkfifo) as a source. Who opens one waits for its writer, and who reads it for the next byte, and nothing
 * ends either. So a thread of ours reads it, and hands what comes on through a pipe whose end is in our hands. */
#ifndef DK_LIVE_PIPE_H
#define DK_LIVE_PIPE_H

#include <stdatomic.h>

#include "base/status.h"

typedef struct dk_pipe dk_pipe;

/* *out is NULL when the source is no pipe. When *stop (which may be NULL) becomes 1 the pipe seems to end. */
DK_CHECKED dk_status dk_pipe_open(dk_pipe **out, const char *source, const atomic_int *stop, dk_error *err);

/* What to open instead of the source. */
const char *dk_pipe_name(const dk_pipe *pipe);

/* The pipe seems to end now. To be called before its reader is waited for; accepts NULL. */
void dk_pipe_close(dk_pipe *pipe);

#endif
