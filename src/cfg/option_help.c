/* Option tables as text for people: `darknet help` and the tables of docs/cfg.md. */
#include <limits.h>

#include "cfg/option.h"

static bool numeric(const dk_opt *o) {
    return o->kind == DK_INT || o->kind == DK_FLOAT;
}

static void add_default(const dk_opt *o, dk_buffer *out) {
    if (o->required) {
        return;
    }
    if (o->kind == DK_BOOL || (numeric(o) && o->def != DK_AUTO)) {
        dk_buffer_add(out, "%.10g", o->def);
    } else if (o->kind == DK_CHOICE && o->def >= 0) {
        dk_buffer_add(out, "%s", o->names[(int)o->def]);
    } else if (o->text != NULL) {
        dk_buffer_add(out, "%s", o->text);
    }
}

/* What may stand after the '='. */
static void add_range(const dk_opt *o, dk_buffer *out, const char *separator) {
    const bool list = o->kind == DK_INTS || o->kind == DK_FLOATS;
    switch (o->kind) {
    case DK_BOOL:
        dk_buffer_add(out, "0 or 1");
        break;
    case DK_CHOICE:
        for (int i = 0; o->names[i] != NULL; i++) {
            dk_buffer_add(out, "%s%s", i == 0 ? "" : separator, o->names[i]);
        }
        break;
    case DK_TEXT:
        dk_buffer_add(out, "text");
        break;
    case DK_IGNORED:
        dk_buffer_add(out, "no effect");
        break;
    default:
        if (o->min == 0 && o->max == 0) {
            dk_buffer_add(out, o->kind == DK_INT || o->kind == DK_INTS ? "whole number" : "number");
        } else if (o->max >= INT_MAX) {
            dk_buffer_add(out, "from %.10g", o->min);
        } else {
            dk_buffer_add(out, "%.10g..%.10g", o->min, o->max);
        }
        dk_buffer_add(out, "%s", list ? ", ..." : "");
    }
}

/* Spaces up to the column, two at least. `from` is where the line begins in the buffer. */
static void pad(dk_buffer *out, size_t from, size_t column) {
    const size_t width = out->size - from;
    dk_buffer_add(out, "%*s", width + 2 > column ? 2 : (int)(column - width), "");
}

static void add_line(const dk_opt *o, dk_buffer *out) {
    const size_t from = out->size;
    dk_buffer_add(out, "    %s=", o->key);
    add_default(o, out);
    pad(out, from, 28);
    add_range(o, out, "|");
    pad(out, from, 44);
    dk_buffer_add(out, "%s%s\n", o->help, o->required ? " (required)" : "");
}

static void add_row(const dk_opt *o, dk_buffer *out) {
    dk_buffer_add(out, "| `%s` | ", o->key);
    add_default(o, out);
    dk_buffer_add(out, " | ");
    add_range(o, out, ", ");
    dk_buffer_add(out, " | %s%s |\n", o->help, o->required ? " (required)" : "");
}

void dk_opt_help(const dk_opt *opts, dk_buffer *out, bool markdown) {
    for (const dk_opt *o = opts; o->key != NULL; o++) {
        (markdown ? add_row : add_line)(o, out);
    }
}
