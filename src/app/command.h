/* A command of the program: an action, one const row at the end of its file, and one line in commands.c, which says the
 * group that it is called in. Results go to stdout, messages to the log (stderr). A command returns; only main.c exits. */
#ifndef DK_APP_COMMAND_H
#define DK_APP_COMMAND_H

#include "app/flags.h"

/* What a command is called with. */
typedef struct {
    const void *flags;          /* the action's own struct */
    const struct dk_task *task; /* run/task.h: that of the group's name; NULL: there is none */
    const char *const *args;    /* without the command's own words and without flags */
    int count;
    dk_log log;
    dk_arena *arena; /* lives until the program ends */
} dk_call;

typedef struct {
    const char *name;           /* "train" */
    const char *args;           /* as the usage line shows them: "DATA CFG [WEIGHTS]" */
    const char *help;           /* one line */
    const char *more;           /* lines that `help COMMAND` adds, or NULL */
    int min, max;               /* arguments; max −1: any number */
    const dk_flag_table *flags; /* that it takes, ending with a zero table; NULL: none */
    size_t flags_size;          /* of the struct that they fill */
    dk_status (*run)(const dk_call *call, dk_error *err);
} dk_action;

typedef struct {
    const char *group; /* "classifier", the first word; NULL: the action's name is the only one */
    const dk_action *action;
} dk_command;

/* The table, in the order of `darknet help`; ends with a row without an action. */
extern const dk_command dk_commands[];

/* Finds the command that the words begin with; *used is the number of its words. Errors (DK_EUSAGE) name what
 * was probably meant. */
DK_CHECKED dk_status dk_command_find(const dk_command **out, const char *const *words, int count, int *used,
                                     dk_error *err);

/* The number of words that are the command's own, when the words begin with it; otherwise 0. */
int dk_command_words(const dk_command *c, const char *const *words, int count);

/* "classifier train". */
void dk_command_name(const dk_command *c, char out[64]);

/* "usage: darknet classifier train DATA CFG [WEIGHTS] [-threads N] …", without a line end. */
void dk_command_usage(const dk_command *c, dk_buffer *out);

#endif
