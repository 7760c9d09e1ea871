/* `darknet help`: everything it says comes from the tables of commands, flags and options. */
#ifndef DK_APP_HELP_H
#define DK_APP_HELP_H

#include "app/command.h"
#include "cfg/option.h"

/* Prints help on the words: none, a command, a group, a layer, "net", "data", "layers". */
DK_CHECKED dk_status dk_help_print(const char *const *words, int count, dk_error *err);

/* Appends all option tables as Markdown: docs/cfg.md. */
void dk_help_markdown(dk_buffer *out);

/* Appends what commands and flags there are as sections of a man page: a part of docs/darknet.1. */
void dk_help_man(dk_buffer *out);

/* Option tables that make up a [net] section, with what each is about. */
typedef struct {
    const char *about;
    const dk_opt *opts;
} dk_help_table;
/* The i-th of them; behind the last one without opts. */
dk_help_table dk_help_net(int i);

#endif
