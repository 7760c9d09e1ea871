/* Flags in Darknet's single-dash long style, anywhere on the line: one table for the whole program, and each
 * command names those it takes. `--` ends them, so that a file may begin with a dash. */
#ifndef DK_APP_FLAGS_H
#define DK_APP_FLAGS_H

#include "base/arena.h"
#include "base/text.h"

enum { DK_FLAGS_MOST = 128 }; /* rows of the table, at most */

/* Zero means "not given", except for layer and top, which are −1 then. */
typedef struct {
    int threads, layer, top;
    long seed;
    size_t max_memory;
    int clear, fresh_classifier, resume, strict, classic;                   /* switches of training */
    int dont_show, json, calibrate, values, train, markdown, help, version; /* switches */
    const char *backend, *input, *chart;
    int augmented, count; /* of samples */
    const char *out, *tta, *exclude, *split, *twins, *calibrate_data;
    const char **set_net, **set_data;                        /* "key=value", ending with NULL */
    int detect_size, detect_every, realtime, summary, faces; /* of the demo */
    double margin, smooth, reconnect;
    const char *camera, *cascade, *json_file, *csv, *sheet;
    const char **notes;        /* what is to be said about flags of other Darknets, ending with NULL */
    bool given[DK_FLAGS_MOST]; /* i: row i of the table was on the line */
} dk_flags;

/* Takes the flags out of the line: fills flags and words (what is left, in order; room for argc pointers).
 * names: the list of the line's command, NULL as long as it is not known (flags of other Darknets are passed over then). A
 * list names a flag as "name", or as "name VALUE" where another command has a flag of that name and kind. Errors
 * (DK_EUSAGE): unknown flag, missing or wrong value, a flag of other Darknets that is not taken. */
DK_CHECKED dk_status dk_flags_parse(dk_flags *flags, int argc, const char *const *argv,
                                    const char *const *names, const char **words, int *count, dk_arena *arena,
                                    dk_error *err);

/* Fails with DK_EUSAGE when a flag was given that is not among the names (ending with NULL). */
DK_CHECKED dk_status dk_flags_allow(const dk_flags *flags, const char *const *names, const char *command,
                                    dk_error *err);

/* " [-threads N]" for usage lines, and "  -threads N   help" for help pages. */
void dk_flags_usage(const char *const *names, dk_buffer *out);
void dk_flags_help(const char *const *names, dk_buffer *out);

#endif
