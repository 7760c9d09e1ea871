/* A command of the program: one const row at the end of its file and one line in commands.c. Results go to
 * stdout, messages to the log (stderr). A command returns; only main.c exits. */
#ifndef DK_APP_COMMAND_H
#define DK_APP_COMMAND_H

#include "app/flags.h"
#include "base/arena.h"

/* What a command is called with. */
typedef struct {
    dk_flags flags;
    const char *const *args; /* without the command's own words and without flags */
    int count;
    dk_log log;
    dk_arena *arena; /* lives until the program ends */
} dk_call;

typedef struct {
    const char *group, *name; /* "classifier", "train"; group NULL: a command of one word */
    const char *args;         /* as the usage line shows them: "DATA CFG [WEIGHTS]" */
    const char *help;         /* one line */
    const char *more;         /* lines that `help COMMAND` adds, or NULL */
    int min, max;             /* arguments; max −1: any number */
    const char *const *flags; /* names of the flags it takes, ending with NULL */
    dk_status (*run)(const dk_call *call, dk_error *err);
} dk_command;

/* The table, in the order of `darknet help`; ends with NULL. */
extern const dk_command *const dk_commands[];

/* Finds the command that the words begin with; *used is the number of its words. Errors (DK_EUSAGE) name what
 * was probably meant. */
DK_CHECKED dk_status dk_command_find(const dk_command **out, const char *const *words, int count, int *used,
                                     dk_error *err);

/* "usage: darknet classifier train DATA CFG [WEIGHTS] [-threads N] …", without a line end. */
void dk_command_usage(const dk_command *c, dk_buffer *out);

#endif
