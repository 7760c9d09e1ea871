/* A command line, taken apart: its command, the words that are left for it, and its flags, which stand anywhere. `--` ends
 * them, so that a file may begin with a dash. */
#ifndef DK_APP_LINE_H
#define DK_APP_LINE_H

#include "app/command.h"

typedef struct {
    const dk_command *command; /* NULL as long as it is not known */
    bool help;                 /* help on the words is wanted: nothing else is looked at */
    const char **words;        /* without flags and without the command's own */
    int count;
    void *flags; /* the action's own struct */
    const char *
        *notes; /* what is to be said about flags of other Darknets, ending with NULL; NULL: nothing */
} dk_line;

/* The command of a line is the one whose words come first where its own flags are taken out: another may mean something
 * else by the same name. Errors (DK_EUSAGE): no command, unknown flag, one of other commands, missing or wrong value, a
 * flag of other Darknets that is not taken, too few or too many words; line->command is set as soon as it is known. */
DK_CHECKED dk_status dk_line_read(dk_line *line, int argc, const char *const *argv, dk_arena *arena,
                                  dk_error *err);

#endif
