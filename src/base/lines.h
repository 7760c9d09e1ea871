/* The lines of a stream, one after the other: for files that are too large to be held whole, and for what a terminal or
 * a pipe brings bit by bit. The same encodings as encoding.h; a line ends with LF, CR LF or CR. */
#ifndef DK_BASE_LINES_H
#define DK_BASE_LINES_H

#include "base/status.h"

typedef struct dk_lines dk_lines;

/* fd stays the caller's. name and wanted are for messages, and must outlive the lines. */
DK_CHECKED dk_status dk_lines_open(dk_lines **out, int fd, const char *name, const char *wanted,
                                   dk_error *err);
void dk_lines_close(dk_lines *lines); /* accepts NULL */

/* The next line without its end, which may be changed and stays until the next call; NULL after the last. Errors: what
 * read() finds, a 0 byte, broken UTF-16, a line of more than DK_LINE_MOST bytes. */
DK_CHECKED dk_status dk_lines_next(dk_lines *lines, char **line, dk_error *err);

/* Of the line that was given last; the first is 1. */
long dk_lines_number(const dk_lines *lines);

#endif
