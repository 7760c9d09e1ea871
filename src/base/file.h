/* Files. Reading is whole files, which may lie in tar archives as in folders (tar.h: "X.tar/7.jpg"); writing is aside (PATH.<process>.tmp), synced and renamed, so that a crash or a full
 * disk leaves the old file as it was. Paths may hold any byte; no shell is ever started. */
#ifndef DK_BASE_FILE_H
#define DK_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"

/* Reads a regular file whole; a closing 0 follows the bytes. The caller frees *bytes. Errors: missing, a
 * folder, unreadable, larger than `limit` bytes (0: no limit). */
DK_CHECKED dk_status dk_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                                  dk_error *err);

/* The size of a regular file and its first bytes (zeros behind its end): to refuse one that is too large, or of another
 * kind, before it is read. The same errors. */
DK_CHECKED dk_status dk_file_look(const char *path, void *head, size_t room, size_t *size, dk_error *err);

/* Opens a regular file (of its own) to be read piece by piece; the caller closes it. The same errors. */
DK_CHECKED dk_status dk_file_open(int *fd, const char *path, dk_error *err);

/* Asks the system to fetch a file that will be read soon. Whatever comes of it, nothing else changes. */
void dk_file_ahead(const char *path);

/* The first bytes of a regular file, `room` at most: how many there are. 0 for anything else: a pipe or a device is not
 * even opened, for that may wait or do something. */
size_t dk_file_head(const char *path, uint8_t *bytes, size_t room);

bool dk_path_exists(const char *path);
bool dk_path_is_empty(const char *path); /* a file without a byte, or none */
bool dk_path_is_folder(const char *path);
bool dk_path_same(const char *a, const char *b); /* both are there and are one file */

/* FOLDER/NAME, which the caller frees. */
DK_CHECKED dk_status dk_path_join(char **out, const char *folder, const char *name, dk_error *err);

/* Makes the folder and those above it. Fine when it is already there. */
DK_CHECKED dk_status dk_folder_make(const char *path, dk_error *err);

/* Proves that files can be written in the folder (which must exist), by making and removing one. */
DK_CHECKED dk_status dk_folder_writable(const char *path, dk_error *err);

/* PATH itself when it exists, else PREFIX/share/darknet/PATH when that exists, else PATH: how cfg/, data/ and
 * weights/ are found after `make install`. The arena keeps the text; NULL when memory is out. */
const char *dk_share_find(const char *path, dk_arena *arena);

/* A file written aside. open → write to f → commit, or abandon. */
typedef struct {
    FILE *f;
    char *path, *aside;
} dk_writer;

DK_CHECKED dk_status dk_writer_open(dk_writer *w, const char *path, dk_error *err);
DK_CHECKED dk_status dk_writer_commit(dk_writer *w,
                                      dk_error *err); /* flush, fsync, rename; abandons on failure */
void dk_writer_abandon(dk_writer *w);                 /* also after a commit: does nothing */

/* Proves that the file can be written, without touching it; what dead processes left beside it is swept away. */
DK_CHECKED dk_status dk_writer_probe(const char *path, dk_error *err);

/* Removes what processes of this machine that died while they wrote have left in the folder: NAME.<process>.tmp, for the
 * names of the list (ending with NULL), or for all files when it is NULL. Only for names that nobody else writes now. */
void dk_writer_sweep(const char *folder, const char *const *names);

/* The three in one, for bytes that are ready. */
DK_CHECKED dk_status dk_file_write(const char *path, const void *bytes, size_t size, dk_error *err);
/* Adds bytes at the end of a file, which is made when it is not there: all of them, synced, or none. No link is followed. */
DK_CHECKED dk_status dk_file_append(const char *path, const void *bytes, size_t size, dk_error *err);

/* A folder written aside, as a file is: its files go to w->aside, and appear under `path` all at once or not at all. Where
 * `path` is a folder that holds something already, the folders of the new one are moved there in the order of `names`
 * (ending with NULL), the one that makes it a whole last; all are taken back when one cannot be. */
typedef struct {
    char *path, *aside;
} dk_folder_writer;

DK_CHECKED dk_status dk_folder_writer_open(dk_folder_writer *w, const char *path, dk_error *err);
DK_CHECKED dk_status dk_folder_writer_commit(dk_folder_writer *w, const char *const *names, dk_error *err);
void dk_folder_writer_abandon(dk_folder_writer *w); /* removes what was written; after a commit: nothing */

/* Calls visit for every regular file below the folder (links followed), in the order of strcmp of the paths;
 * a visit that fails ends the walk. A link to nowhere is visited, too: whoever reads it tells what is missing. Passed
 * over are names that begin with a dot, and what other systems leave in folders (__MACOSX, Thumbs.db …). */
typedef dk_status (*dk_visit)(void *user, const char *path, dk_error *err);
DK_CHECKED dk_status dk_folder_walk(const char *folder, dk_visit visit, void *user, dk_error *err);
/* The same in the order of dk_path_compare: frame2 before frame10. */
DK_CHECKED dk_status dk_folder_walk_numbered(const char *folder, dk_visit visit, void *user, dk_error *err);

#endif
