/* CSV as RFC 4180 has it: a head, then rows of equally many fields; a field that holds a comma, a quote or a
 * line end stands in quotes, and a quote within is doubled. Lines end with LF or CRLF. Strict: what does not
 * fit is an error with file:line, never a guess. What the columns mean is the readers' affair.
 *
 * A spreadsheet runs a field that begins with = + - @, tab or CR as a formula. So a name (never a number) that begins with
 * one of them, behind apostrophes or not, is written with an apostrophe before it, which reading takes off. */
#ifndef DK_BASE_CSV_H
#define DK_BASE_CSV_H

#include "base/arena.h"
#include "base/text.h"

typedef struct {
    dk_arena *arena;
    const char *path;
    int columns, rows;       /* rows without the head */
    const char *const *head; /* columns names */
    const char *const *cell; /* [row·columns + column] */
    const int *line;         /* of each row, for messages */
} dk_csv;

/* Errors: what dk_file_read finds, an empty file, a 0 byte, an open quote, text after a closing quote, a row
 * with more or fewer fields than the head, a last line without its end (the file was cut short). */
DK_CHECKED dk_status dk_csv_read(dk_csv **out, const char *path, dk_error *err);
void dk_csv_close(dk_csv *csv); /* accepts NULL */

/* The index of a column by its name in the head; an error names the columns that are there. */
DK_CHECKED dk_status dk_csv_column(const dk_csv *csv, const char *name, int *column, dk_error *err);

/* A cell as a number within low…high; an empty one is NaN when `empty` allows it. */
DK_CHECKED dk_status dk_csv_number(const dk_csv *csv, int row, int column, double low, double high,
                                   bool empty, double *out, dk_error *err);

/* "file:line: text" about a row. */
dk_status dk_csv_fail(const dk_csv *csv, int row, dk_error *err, const char *format, ...) DK_PRINTF(4, 5);

/* Bytes of the head and the rows that are whole, up to the first whose number in `column` is above `most` or is none. No
 * field up to that column may be in quotes. */
size_t dk_csv_rows_up_to(const char *text, int column, long most);

/* Appends a name or text: in quotes when it needs them, behind an apostrophe when a spreadsheet would run it. Numbers are
 * appended as they are. */
void dk_csv_put(dk_buffer *out, const char *field);

#endif
