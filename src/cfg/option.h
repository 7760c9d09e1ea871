/* Option tables: one row per key, which is parser, validator, `darknet help` and docs/cfg.md at once.
 *
 *     typedef struct { int size, stride; } conf;
 *     #define AT(field) offsetof(conf, field)
 *     static const dk_opt opts[] = {
 *         {"size", DK_INT, AT(size), .def = 2, .min = 1, .max = 64, .help = "side of the window"},
 *         {0},
 *     };
 *
 * Kinds and what they fill: DK_INT int, DK_FLOAT float, DK_BOOL int 0/1, DK_CHOICE int (index into names),
 * DK_TEXT const char *, DK_INTS dk_ints, DK_FLOATS dk_floats, DK_IGNORED nothing (a key of other Darknets
 * that is accepted without effect; help says why that is harmless). */
#ifndef DK_CFG_OPTION_H
#define DK_CFG_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "cfg/cfg.h"

/* Default of a number that the code works out itself: min and max do not apply to it. Compare with
 * (int)DK_AUTO. */
#define DK_AUTO (-2147483648.0)

typedef enum { DK_INT, DK_FLOAT, DK_BOOL, DK_CHOICE, DK_TEXT, DK_INTS, DK_FLOATS, DK_IGNORED } dk_opt_kind;

typedef struct {
    int count;
    int *v;
} dk_ints;

typedef struct {
    int count;
    float *v;
} dk_floats;

typedef struct dk_opt {
    const char *key;
    dk_opt_kind kind;
    size_t at; /* offset in the conf */
    double def, min,
        max;          /* numbers, booleans and choices; elements of lists obey min and max; 0,0 is no bound */
    const char *text; /* default of DK_TEXT, DK_INTS, DK_FLOATS (NULL: NULL or an empty list) */
    const char *const *names; /* DK_CHOICE: ends with NULL */
    bool required;            /* no default: the key must be there */
    const char *help;
} dk_opt;

typedef struct {
    const dk_opt *opts; /* ends with a zero row */
    void *conf;
} dk_opt_table;

/* Fills every table's conf from the section: defaults, then the keys. A key is unknown only when no table has
 * it. The pointers put into the confs live as long as the arena. Errors name file:line, the key, the value,
 * the range and a near miss: unknown key, not a number, out of range, not one of the names, required and
 * absent. */
DK_CHECKED dk_status dk_opt_read(const dk_section *s, const dk_opt_table *tables, int count, dk_arena *arena,
                                 dk_error *err);

/* Appends one line per row: "    size=2         1..64  side of the window". As Markdown: rows of a table. */
void dk_opt_help(const dk_opt *opts, dk_buffer *out, bool markdown);

#endif
