/* zsh: a row of flags is an argument of its _arguments, with the help that its menus show. */
#include "app/complete.h"

#include <string.h>

static const char head[] = "#compdef darknet\n"
                           "# Completion of darknet's lines in zsh; `darknet help -complete zsh` has made it "
                           "of the program's tables.\n\n"
                           "_darknet() {\n"
                           "    local line\n";

static const char tail[] = "}\n\n"
                           "_darknet \"$@\"\n";

/* Within '...' and within the brackets or colons of an argument of _arguments. */
static void add_text(dk_buffer *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\'') {
            dk_buffer_add(out, "'\\''");
        } else {
            dk_buffer_add(out, "%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
        }
    }
}

/* What complete.h offers, as zsh says it. */
static void add_offer(dk_buffer *out, const dk_buffer *offer) {
    const char *const text = offer->size > 0 ? offer->text : "-";
    if (text[0] == '=') {
        dk_buffer_add(out, "(%s)", text + 1);
    } else if (text[0] == '/') {
        dk_buffer_add(out, "_files -/");
    } else if (strcmp(text, "*") == 0) {
        dk_buffer_add(out, "_files");
    } else if (text[0] == '*') {
        dk_buffer_add(out, "_files -g \"%s\"", text);
    } else {
        dk_buffer_add(out, " ");
    }
}

/* '-chart[where the chart goes]:FILE:_files' */
static void add_flag(dk_buffer *out, const dk_flag *row) {
    dk_buffer offer = {0};
    dk_buffer_add(out, " \\\n            '%s-%s[", row->kind == DK_FLAG_SET ? "*" : "", row->name);
    add_text(out, row->help);
    dk_buffer_add(out, "]");
    if (row->kind != DK_FLAG_SWITCH) {
        dk_complete_value(row, &offer);
        dk_buffer_add(out, ":");
        add_text(out, row->value ? row->value : row->name);
        dk_buffer_add(out, ":");
        add_offer(out, &offer);
    }
    dk_buffer_add(out, "'");
    out->failed = out->failed || offer.failed;
    dk_buffer_free(&offer);
}

/* '1:argument:_files -g "*.data"', optional ones with two colons, and '*:…' for those that may be repeated. */
static void add_argument(dk_buffer *out, const dk_action *a, int n) {
    dk_buffer offer = {0};
    dk_complete_argument(a, n, &offer);
    if (n > a->min && a->max < 0) {
        dk_buffer_add(out, " \\\n            '*:argument:");
    } else {
        dk_buffer_add(out, " \\\n            '%d:%sargument:", n, n > a->min ? ":" : "");
    }
    add_offer(out, &offer);
    dk_buffer_add(out, "'");
    out->failed = out->failed || offer.failed;
    dk_buffer_free(&offer);
}

static void add_command(dk_buffer *out, const dk_command *c) {
    const dk_action *const a = c->action;
    const int last = a->max < 0 ? a->min + 1 : a->max;
    char name[64];
    dk_flag row;
    dk_command_name(c, name);
    dk_buffer_add(out, "    '%s')\n        _arguments '-help[what this command takes]'", name);
    for (int i = 0; dk_flags_row(a->flags, i, &row); i++) {
        add_flag(out, &row);
    }
    for (int n = 1; n <= last; n++) {
        add_argument(out, a, n);
    }
    dk_buffer_add(out, "\n        ;;\n");
}

/* Takes the words of the command off, so that _arguments counts those behind them. */
static void add_groups(dk_buffer *out) {
    dk_buffer_add(out, "    if ((CURRENT == 2)); then\n        compadd -- ");
    dk_complete_words(NULL, out);
    dk_buffer_add(out, "\n        return\n    fi\n    case $words[2] in\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        if (c->group && dk_complete_opens_group(c)) {
            dk_buffer_add(out, "    %s)\n        if ((CURRENT == 3)); then\n            compadd -- ",
                          c->group);
            dk_complete_words(c->group, out);
            dk_buffer_add(out, "\n            return\n        fi\n"
                               "        line=\"$words[2] $words[3]\"\n"
                               "        shift 2 words\n        ((CURRENT -= 2))\n        ;;\n");
        }
    }
    dk_buffer_add(out, "    *)\n        line=$words[2]\n        shift words\n        ((CURRENT -= 1))\n      "
                       "  ;;\n    esac\n");
}

void dk_complete_zsh(dk_buffer *out) {
    dk_buffer_add(out, "%s", head);
    add_groups(out);
    dk_buffer_add(out, "    case $line in\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        add_command(out, c);
    }
    dk_buffer_add(out, "    esac\n%s", tail);
}
