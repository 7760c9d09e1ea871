/* The side file of `_last.weights`: everything that a run must know to go on as if it had never been stopped.
 * This is the file; what stands in it, and in which order, is resume.c's.
 *
 *     8 bytes "DKSTATE\n" · int64 version · fields · uint64 check
 *
 * Little-endian. Fields are int64, double, float32, or int64 length and bytes. The check is dk_hash over blocks of
 * 64 KiB of all that stands before it. Writing goes aside, is synced and renamed, so that a crash leaves the file
 * of before.
 *
 * One function walks the fields in both directions: each call writes the value, or reads it into the same place.
 * A failure sticks; dk_state_close tells it. */
#ifndef DK_RUN_STATE_H
#define DK_RUN_STATE_H

#include "base/arena.h"
#include "base/file.h"

enum { DK_STATE_VERSION = 3 };

typedef struct {
    const char *path;
    bool reads;
    dk_writer writer;
    FILE *f;        /* reading */
    long left;      /* reading: bytes before the check */
    uint8_t *block; /* writing: of which the check is made when it is full */
    size_t used;
    uint64_t check;
    bool failed; /* a field ended too early, or memory is out */
} dk_state;

DK_CHECKED dk_status dk_state_write(dk_state *s, const char *path, dk_error *err);

/* Checks the whole file before the first field is read. Errors: missing, no state, newer, cut or damaged. */
DK_CHECKED dk_status dk_state_read(dk_state *s, const char *path, dk_error *err);

void dk_state_bytes(dk_state *s, void *bytes, size_t n);
void dk_state_long(dk_state *s, long *v);
void dk_state_int(dk_state *s, int *v);
void dk_state_bool(dk_state *s, bool *v);
void dk_state_double(dk_state *s, double *v);
void dk_state_text(dk_state *s, const char **text, dk_arena *arena); /* the arena keeps what is read */

/* The end: writes the check and publishes the file, or sees that all of it was read. With `failed` set it tells
 * that, and the old file stays. */
DK_CHECKED dk_status dk_state_close(dk_state *s, dk_error *err);

void dk_state_abandon(dk_state *s); /* also after close: does nothing */

#endif
