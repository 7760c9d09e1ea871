/* Flags in Darknet's single-dash long style. A flag is a row that fills a field of its command's own struct, as an
 * option of cfg/option.h fills its conf:
 *
 *     typedef struct { int json; double margin; dk_model_flags model; } flags;
 *     #define AT(field) offsetof(flags, field)
 *     static const dk_flag own[] = {
 *         {"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"},
 *         {"margin", DK_FLAG_NUMBER, AT(margin), .def = .05, .max = 2, .value = "X", .help = "what is added"},
 *         {0},
 *     };
 *     static const dk_flag_table tables[] = {{.rows = own}, {.rows = dk_flags_model, .at = AT(model)}, {0}};
 *
 * Kinds and what they fill: SWITCH int 1, INT int, LONG long, NUMBER double, BYTES size_t, TEXT, FILE and WORD
 * const char * (WORD: one of `words`), SET dk_flag_sets, NET dk_flag_sets, too (-K V is short for -set net.K=V). The
 * parser, usage lines, `help COMMAND`, the man page and the completion of shells read the same rows. */
#ifndef DK_APP_FLAGS_H
#define DK_APP_FLAGS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

typedef enum {
    DK_FLAG_SWITCH,
    DK_FLAG_INT,
    DK_FLAG_LONG,
    DK_FLAG_NUMBER,
    DK_FLAG_BYTES,
    DK_FLAG_TEXT,
    DK_FLAG_FILE,
    DK_FLAG_WORD,
    DK_FLAG_SET,
    DK_FLAG_NET
} dk_flag_kind;

typedef struct {
    const char *name;
    dk_flag_kind kind;
    size_t at;                /* offset in the struct of the table */
    double def, min, max;     /* of INT, LONG and NUMBER */
    const char *value;        /* as help shows it: "N", "DATA"; NULL: the words, or a switch */
    const char *const *words; /* that a shell offers as values; ends with NULL */
    const char *help;
} dk_flag;

/* Rows that stand together, and where their struct lies in the command's. */
typedef struct {
    const dk_flag *rows; /* ends with a zero row */
    size_t at;
    dk_flag (*row)(int i); /* in place of rows: the i-th, made from another table; a zero row ends them */
} dk_flag_table;

/* "key=value" each, ending with NULL; NULL: none. */
typedef struct {
    const char **net, **data;
} dk_flag_sets;

/* Row i of all tables (NULL: none; they end with a zero one), with its place in the command's struct. False: there are
 * fewer. */
bool dk_flags_row(const dk_flag_table *tables, int i, dk_flag *row);
bool dk_flags_find(const dk_flag_table *tables, const char *name, dk_flag *row);

/* Fills a zeroed struct with the defaults of its rows. */
void dk_flags_default(const dk_flag_table *tables, void *flags);

/* Puts a value (NULL for switches) into the struct. DK_EUSAGE: it is of another kind, or out of range. */
DK_CHECKED dk_status dk_flag_take(const dk_flag *row, const char *value, void *flags, dk_arena *arena,
                                  dk_error *err);

/* Appends to a list that ends with NULL. */
DK_CHECKED dk_status dk_flag_append(const char ***list, const char *text, dk_arena *arena, dk_error *err);

/* "-threads N", "-split train|valid|test". */
void dk_flag_shown(const dk_flag *row, dk_buffer *out);

/* " [-threads N]" for usage lines, "  -threads N   help" for help pages. */
void dk_flags_usage(const dk_flag_table *tables, dk_buffer *out);
void dk_flags_help(const dk_flag_table *tables, dk_buffer *out);

#endif
