/* A lock that one process holds at a time. The kernel keeps it (flock), so that it ends with its process, however that
 * ends: a file that kill -9 leaves behind locks nothing. */
#ifndef DK_BASE_LOCK_H
#define DK_BASE_LOCK_H

#include <stdbool.h>

#include "base/status.h"

typedef struct {
    char *path;
    int fd;
    bool kept; /* the file system knows locks: nobody else has this one */
} dk_lock;

/* Takes the lock of the file `path`, which is made. DK_EIO when another process has it: `holder` is then its number
 * (0: unknown) and err stays as it is; else holder is −1, and on DK_EIO the file cannot be made. A link of that name is
 * removed, never followed. On a file system without locks there is none, and that is no error. */
DK_CHECKED dk_status dk_lock_take(dk_lock *lock, const char *path, long *holder, dk_error *err);
/* Gives it back and removes the file; accepts a zeroed one. */
void dk_lock_release(dk_lock *lock);

#endif
