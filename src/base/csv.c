/* A CSV file is cut up in place: quotes are taken off and every separator becomes the 0 that ends a field. The
 * tables are as large as the commas and line ends allow at most. */
#include "base/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"

enum { MOST = 1 << 30 }; /* bytes of a file; a line may be long, for it has a number for each class */

/* Where reading stands. */
typedef struct {
    const char *path;
    char *at, *end; /* next byte; the 0 behind the last */
    int line;
} cursor;

static dk_status fail_line(const char *path, int line, dk_error *err, const char *text) {
    return dk_fail(err, DK_EPARSE, "%s:%d: %s", path, line, text);
}

/* The text of a field in quotes, moved down over the quotes; c->at comes to stand behind the closing one. */
static dk_status unquote(cursor *c, dk_error *err) {
    const int began = c->line;
    char *to = c->at++;
    while (c->at < c->end && (*c->at != '"' || c->at[1] == '"')) {
        c->line += *c->at == '\n';
        c->at += *c->at == '"';
        *to++ = *c->at++;
    }
    if (c->at == c->end) {
        return fail_line(c->path, began, err, "a quote opens here and is never closed");
    }
    *to = '\0';
    c->at++;
    return DK_OK;
}

/* The first character of a field that spreadsheets take for a formula. Names that begin so stand behind an apostrophe, and
 * so do names that begin with apostrophes before it, so that each is read back as it was. */
static bool is_guarded(const char *text) {
    const char first = text[strspn(text, "'")];
    return first != '\0' && strchr("=+-@\t\r", first) != NULL;
}

/* Cuts the next field off; *last: it ended a line. */
static dk_status field(cursor *c, const char **out, bool *last, dk_error *err) {
    *out = c->at;
    if (*c->at == '"') {
        DK_TRY(unquote(c, err));
    } else {
        c->at += strcspn(c->at, ",\"\r\n");
    }
    const bool cr = c->at[0] == '\r' && c->at[1] == '\n';
    char *const stop = c->at + cr;
    if (stop == c->end) {
        return fail_line(c->path, c->line, err, "the last line has no end; the file was cut short");
    }
    if (*stop != ',' && *stop != '\n') {
        return fail_line(c->path, c->line, err,
                         "a quote or control character within a field; such a field stands in quotes, "
                         "quotes within are doubled");
    }
    *last = *stop == '\n';
    c->line += *last;
    *c->at = '\0';
    c->at = stop + 1;
    *out += **out == '\'' && is_guarded(*out);
    return DK_OK;
}

/* One line into cells; their number. */
static dk_status line(cursor *c, const char **cells, int *count, dk_error *err) {
    bool last = false;
    for (*count = 0; !last; ++*count) {
        DK_TRY(field(c, &cells[*count], &last, err));
    }
    return DK_OK;
}

static dk_status parse(dk_csv *csv, char *text, size_t size, dk_error *err) {
    const size_t lines = dk_text_tally(text, size, '\n');
    const size_t most = lines + dk_text_tally(text, size, ',') + 1;
    const char **cells = dk_arena_alloc(csv->arena, most * sizeof *cells);
    int *const numbers = dk_arena_alloc(csv->arena, (lines + 1) * sizeof *numbers);
    cursor c = {.path = csv->path, .at = text, .end = text + size, .line = 1};
    if (cells == NULL || numbers == NULL) {
        return dk_no_memory(err, most * sizeof *cells, csv->path);
    }
    DK_TRY(line(&c, cells, &csv->columns, err));
    csv->head = cells;
    cells += csv->columns;
    csv->cell = cells;
    csv->line = numbers;
    while (c.at < c.end) {
        int count = 0;
        numbers[csv->rows] = c.line;
        DK_TRY(line(&c, cells, &count, err));
        if (count != csv->columns) {
            return dk_fail(err, DK_EPARSE, "%s:%d: %d fields, but the head has %d", csv->path,
                           numbers[csv->rows], count, csv->columns);
        }
        cells += count;
        csv->rows++;
    }
    return DK_OK;
}

static dk_status fill(dk_csv *csv, const char *path, dk_error *err) {
    char *read = NULL;
    size_t size = 0;
    uint8_t *bytes = NULL;
    DK_TRY(dk_file_read(path, MOST, &bytes, &size, err));
    DK_TRY(dk_text_decode(&read, &size, bytes, size, path, "a csv is wanted", err));
    char *const text = dk_arena_text_n(csv->arena, read, size);
    free(read);
    csv->path = dk_arena_text(csv->arena, path);
    if (text == NULL || csv->path == NULL) {
        return dk_no_memory(err, size, path);
    }
    if (size == 0) {
        return dk_fail(err, DK_EPARSE, "%s: is empty; a line that names the columns is wanted", path);
    }
    return parse(csv, text, size, err);
}

dk_status dk_csv_read(dk_csv **out, const char *path, dk_error *err) {
    *out = NULL;
    dk_arena *const arena = dk_arena_open();
    dk_csv *const csv = arena != NULL ? dk_arena_alloc(arena, sizeof *csv) : NULL;
    if (csv == NULL) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof *csv, path);
    }
    csv->arena = arena;
    const dk_status status = fill(csv, path, err);
    if (status == DK_OK) {
        *out = csv;
    } else {
        dk_arena_close(arena);
    }
    return status;
}

void dk_csv_close(dk_csv *csv) {
    if (csv != NULL) {
        dk_arena_close(csv->arena);
    }
}

dk_status dk_csv_column(const dk_csv *csv, const char *name, int *column, dk_error *err) {
    dk_buffer there = {0};
    for (int i = 0; i < csv->columns; i++) {
        if (strcmp(csv->head[i], name) == 0) {
            dk_buffer_free(&there);
            *column = i;
            return DK_OK;
        }
        dk_buffer_add(&there, "%s%s", i > 0 ? ", " : "", csv->head[i]);
    }
    dk_fail(err, DK_EPARSE, "%s:1: there is no column '%s'; there are: %s", csv->path, name,
            there.failed ? "" : there.text);
    dk_buffer_free(&there);
    return DK_EPARSE;
}

dk_status dk_csv_number(const dk_csv *csv, int row, int column, double low, double high, bool empty,
                        double *out, dk_error *err) {
    const char *const text = csv->cell[(size_t)row * (size_t)csv->columns + (size_t)column];
    if (empty && text[0] == '\0') {
        *out = NAN;
        return DK_OK;
    }
    if (!dk_text_float(text, out)) {
        return dk_csv_fail(csv, row, err, "%s: '%.40s' is no number", csv->head[column], text);
    }
    if (*out < low || *out > high) {
        return dk_csv_fail(csv, row, err, "%s: %s is out of range %g..%g", csv->head[column], text, low,
                           high);
    }
    return DK_OK;
}

dk_status dk_csv_fail(const dk_csv *csv, int row, dk_error *err, const char *format, ...) {
    char text[sizeof err->text];
    va_list args;
    va_start(args, format);
    dk_text_format(text, sizeof text, format, args);
    va_end(args);
    return dk_fail(err, DK_EPARSE, "%s:%d: %s", csv->path, csv->line[row], text);
}

/* The number in a row's column; false when there is none. */
static bool number_in(const char *row, int column, long *out) {
    char *end = NULL;
    for (; column > 0; column--) {
        row = strpbrk(row, ",\n");
        if (row == NULL || *row == '\n') {
            return false;
        }
        row++;
    }
    *out = strtol(row, &end, 10);
    return end != row;
}

size_t dk_csv_rows_up_to(const char *text, int column, long most) {
    const char *row = text;
    for (const char *end = strchr(row, '\n'); end != NULL; end = strchr(row, '\n')) {
        long number = 0;
        if (row != text && (!number_in(row, column, &number) || number > most)) {
            break;
        }
        row = end + 1;
    }
    return (size_t)(row - text);
}

void dk_csv_put(dk_buffer *out, const char *text) {
    const char *const guard = is_guarded(text) ? "'" : "";
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        dk_buffer_add(out, "%s%s", guard, text);
        return;
    }
    dk_buffer_add(out, "\"%s", guard);
    for (const char *p = text; *p != '\0'; p++) {
        dk_buffer_put(out, "\"\"", *p == '"' ? 2 : 0);
        dk_buffer_put(out, p, *p != '"');
    }
    dk_buffer_put(out, "\"", 1);
}
