/* What the process needs before and behind every command: open standard descriptors, and writes that fail instead of
 * ending it. */
#ifndef DK_APP_PROCESS_H
#define DK_APP_PROCESS_H

#include "base/status.h"

/* To be called before anything opens a file. Descriptors 0, 1 and 2 are open from then on, so that no file takes the place
 * of one that the caller has closed: reading and writing them fails as before. A pipe whose reader has gone and a file
 * that is larger than `ulimit -f` allows are failed writes. */
void dk_process_begin(void);

/* Flushes stdout; DK_EIO when it, or a write before, has failed. */
DK_CHECKED dk_status dk_stdout_flush(dk_error *err);

#endif
