/* Commands and flags as sections of docs/darknet.1, in the macros of man(7). */
#include "app/help.h"

#include <string.h>

/* Text that is filled: dashes that can be copied, no backslashes and no line that is a request. */
static void add_text(dk_buffer *out, const char *text) {
    for (const char *p = text; *p; p++) {
        if ((p == text || p[-1] == '\n') && (*p == '.' || *p == '\'')) {
            dk_buffer_add(out, "\\&");
        }
        if (*p == '-') {
            dk_buffer_add(out, "\\-");
        } else if (*p == '\\') {
            dk_buffer_add(out, "\\e");
        } else {
            dk_buffer_put(out, p, 1);
        }
    }
}

static bool is_same(const dk_flag *a, const dk_flag *b) {
    return strcmp(a->name, b->name) == 0 && strcmp(a->help, b->help) == 0;
}

/* Does another command take the same row? *first: none before c does. */
static bool is_shared(const dk_flag *row, const dk_command *own, bool *first) {
    bool shared = false;
    *first = true;
    for (const dk_command *c = dk_commands; c->action; c++) {
        dk_flag other;
        if (c->action != own->action && dk_flags_find(c->action->flags, row->name, &other) &&
            is_same(row, &other)) {
            shared = true;
            *first = *first && c > own;
        }
    }
    return shared;
}

static void add_flag(dk_buffer *out, const dk_flag *row) {
    dk_buffer shown = {0};
    dk_flag_shown(row, &shown);
    dk_buffer_add(out, ".TP\n.B ");
    add_text(out, shown.failed ? row->name : shown.text);
    dk_buffer_add(out, "\n");
    add_text(out, row->help);
    if (row->def > 0) {
        dk_buffer_add(out, " (%.10g)", row->def);
    }
    dk_buffer_add(out, ".\n");
    dk_buffer_free(&shown);
}

/* The flags that only this command takes, and the names of the others. */
static void add_flags(dk_buffer *out, const dk_command *c) {
    const char *between = ".PP\nAnd of those below:\n";
    bool first = false;
    dk_flag row;
    for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
        if (!is_shared(&row, c, &first)) {
            add_flag(out, &row);
        }
    }
    for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
        if (is_shared(&row, c, &first)) {
            dk_buffer_add(out, "%s\\-%s", between, row.name);
            between = ", ";
        }
    }
    dk_buffer_add(out, between[0] == ',' ? ".\n" : "");
}

static void add_command(dk_buffer *out, const dk_command *c) {
    const dk_action *const a = c->action;
    char name[64];
    dk_command_name(c, name);
    dk_buffer_add(out, ".SS %s", name);
    dk_buffer_add(out, "%s", a->args[0] ? " " : "");
    add_text(out, a->args);
    dk_buffer_add(out, "\n");
    add_text(out, a->help);
    dk_buffer_add(out, ".\n");
    if (a->more) {
        dk_buffer_add(out, ".PP\n");
        add_text(out, a->more);
    }
    add_flags(out, c);
}

void dk_help_man(dk_buffer *out) {
    dk_buffer_add(out, ".SH COMMANDS\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        add_command(out, c);
    }
    dk_buffer_add(out, ".SH FLAGS OF SEVERAL COMMANDS\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        dk_flag row;
        for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
            bool first = false;
            if (is_shared(&row, c, &first) && first) {
                add_flag(out, &row);
            }
        }
    }
}
