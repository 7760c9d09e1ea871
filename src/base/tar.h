/* Tar archives as folders whose files do not change: "train-000000.tar/7.jpg" is read as any other file is (file.h). An
 * archive is listed once in a process: from its index where it has one, else from its headers, of which the formats of
 * POSIX are known (ustar; pax for long names and large sizes), and GNU's long names. Regular files count, nothing else.
 *
 * The index of X.tar is X.tar.index: a first line "darknet-tar 1 BYTES", with the size of the archive, then a line
 * "OFFSET SIZE CRC NAME" a file, CRC-32 in hexadecimal, in the order of the archive. With it an archive of a thousand
 * files is listed in a millisecond, and bytes that have changed are noticed when they are read. */
#ifndef DK_BASE_TAR_H
#define DK_BASE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/file.h"
#include "base/text.h"

typedef struct {
    const char *name;
    uint64_t at;        /* offset of its first byte */
    uint32_t size, crc; /* size < 2^31 */
} dk_tar_file;

typedef struct {
    const char *path;
    bool checked; /* it has an index, so that crc is known */
    int count;
    const dk_tar_file *files; /* in their order; a name that stands twice: both */
} dk_tar;

/* Whether a path is that of an archive by its name ("X.tar"), and how much of a path is one that it goes into: 0 for
 * other paths, 5 for "X.tar/7.jpg". */
bool dk_tar_named(const char *path);
size_t dk_tar_part(const char *path);

/* The archive, listed. It stays until the process ends, or until it is another file. Errors: missing, no archive, cut, an
 * index of another archive, a file of 2 GB. */
DK_CHECKED dk_status dk_tar_list(const dk_tar **out, const char *path, dk_error *err);

/* The file that a path into an archive names, the last of several; NULL: the path goes into none. DK_EIO: there is no such
 * file in it. */
DK_CHECKED dk_status dk_tar_find(const dk_tar **archive, const dk_tar_file **file, const char *path,
                                 dk_error *err);

/* An archive written aside, with its index; ustar, the same bytes for the same files. open → add … → commit, or abandon. */
typedef struct {
    dk_writer out;
    dk_buffer index;
    uint64_t at;
} dk_tar_writer;

DK_CHECKED dk_status dk_tar_writer_open(dk_tar_writer *w, const char *path, dk_error *err);
/* name: up to 100 bytes. */
DK_CHECKED dk_status dk_tar_writer_add(dk_tar_writer *w, const char *name, const void *bytes, size_t size,
                                       dk_error *err);
DK_CHECKED dk_status dk_tar_writer_commit(dk_tar_writer *w, dk_error *err);
void dk_tar_writer_abandon(dk_tar_writer *w); /* also after a commit: does nothing */

#endif
