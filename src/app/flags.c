/* Rows of flags at work: values of each kind, and what help says. Which words of a line are flags is line.c. */
#include "app/flags.h"

#include <stdio.h>
#include <string.h>

/* ---- rows ---- */

static dk_flag row_of(const dk_flag_table *t, int i) {
    dk_flag row = t->row ? t->row(i) : t->rows[i];
    row.at += t->at;
    return row;
}

bool dk_flags_row(const dk_flag_table *tables, int i, dk_flag *row) {
    for (const dk_flag_table *t = tables; t && (t->rows || t->row); t++) {
        for (int k = 0; (*row = row_of(t, k)).name; k++) {
            if (i-- == 0) {
                return true;
            }
        }
    }
    return false;
}

bool dk_flags_find(const dk_flag_table *tables, const char *name, dk_flag *row) {
    for (int i = 0; dk_flags_row(tables, i, row); i++) {
        if (strcmp(row->name, name) == 0) {
            return true;
        }
    }
    return false;
}

void dk_flags_default(const dk_flag_table *tables, void *flags) {
    dk_flag row;
    for (int i = 0; dk_flags_row(tables, i, &row); i++) {
        void *const field = (char *)flags + row.at;
        if (row.kind == DK_FLAG_INT) {
            *(int *)field = (int)row.def;
        } else if (row.kind == DK_FLAG_LONG) {
            *(long *)field = (long)row.def;
        } else if (row.kind == DK_FLAG_NUMBER) {
            *(double *)field = row.def;
        }
    }
}

/* ---- values ---- */

/* "2G", "512M", "64k" or plain bytes. */
static bool bytes(const char *text, size_t *out) {
    char digits[32];
    const size_t n = strlen(text);
    const char *units = "kmgt";
    const char *unit = n > 0 ? strchr(units, text[n - 1] | 0x20) : NULL;
    const size_t keep = unit ? n - 1 : n;
    double value = 0;
    if (keep == 0 || keep >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, keep);
    digits[keep] = '\0';
    if (!dk_text_float(digits, &value) || value <= 0) {
        return false;
    }
    for (long i = unit ? unit - units + 1 : 0; i > 0; i--) {
        value *= 1024;
    }
    *out = (size_t)value;
    return value < 9e18 && *out > 0;
}

dk_status dk_flag_append(const char ***list, const char *text, dk_arena *arena, dk_error *err) {
    size_t n = 0;
    while (*list && (*list)[n]) {
        n++;
    }
    const char **longer = dk_arena_alloc(arena, (n + 2) * sizeof *longer);
    if (!longer) {
        return dk_no_memory(err, (n + 2) * sizeof *longer, "a list of flags");
    }
    if (n > 0) {
        memcpy(longer, *list, n * sizeof *longer);
    }
    longer[n] = text;
    *list = longer;
    return DK_OK;
}

static dk_status set(dk_flag_sets *sets, const char *value, dk_arena *arena, dk_error *err) {
    const bool net = strncmp(value, "net.", 4) == 0, data = strncmp(value, "data.", 5) == 0;
    const char *key = value + (net ? 4 : 5);
    if ((!net && !data) || !strchr(key, '=') || *key == '=') {
        return dk_fail(err, DK_EUSAGE, "-set %s: wanted is net.KEY=VALUE or data.KEY=VALUE", value);
    }
    return dk_flag_append(net ? &sets->net : &sets->data, key, arena, err);
}

static dk_status set_key(dk_flag_sets *sets, const char *key, const char *value, dk_arena *arena,
                         dk_error *err) {
    const char *const pair = dk_arena_format(arena, "%s=%s", key, value);
    return pair ? dk_flag_append(&sets->net, pair, arena, err)
                : dk_no_memory(err, strlen(value), "a setting");
}

static dk_status whole(const dk_flag *f, const char *text, long *out, dk_error *err) {
    if (!dk_text_int(text, out)) {
        return dk_fail(err, DK_EUSAGE, "-%s %s: this is no whole number", f->name, text);
    }
    if ((double)*out < f->min || (double)*out > f->max) {
        return dk_fail(err, DK_EUSAGE, "-%s %s is out of range %.10g..%.10g", f->name, text, f->min, f->max);
    }
    return DK_OK;
}

static dk_status number(const dk_flag *f, const char *text, double *out, dk_error *err) {
    if (!dk_text_float(text, out) || *out < f->min || *out > f->max) {
        return dk_fail(err, DK_EUSAGE, "-%s %s: wanted is a number in %.10g..%.10g", f->name, text, f->min,
                       f->max);
    }
    return DK_OK;
}

static dk_status word(const dk_flag *f, const char *text, const char **out, dk_error *err) {
    dk_buffer list = {0};
    for (int i = 0; f->words[i]; i++) {
        if (strcmp(f->words[i], text) == 0) {
            *out = text;
            dk_buffer_free(&list);
            return DK_OK;
        }
        dk_buffer_add(&list, "%s%s", i == 0 ? "" : f->words[i + 1] ? ", " : " and ", f->words[i]);
    }
    const char *const near = dk_text_closest(text, f->words);
    dk_fail(err, DK_EUSAGE, "-%s %s: there are %s%s%s%s", f->name, text, list.failed ? "others" : list.text,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    dk_buffer_free(&list);
    return DK_EUSAGE;
}

dk_status dk_flag_take(const dk_flag *f, const char *value, void *flags, dk_arena *arena, dk_error *err) {
    void *field = (char *)flags + f->at;
    long n = 0;
    switch (f->kind) {
    case DK_FLAG_SWITCH:
        *(int *)field = 1;
        return DK_OK;
    case DK_FLAG_INT:
        DK_TRY(whole(f, value, &n, err));
        *(int *)field = (int)n;
        return DK_OK;
    case DK_FLAG_LONG:
        return whole(f, value, field, err);
    case DK_FLAG_NUMBER:
        return number(f, value, field, err);
    case DK_FLAG_BYTES:
        return bytes(value, field)
                   ? DK_OK
                   : dk_fail(err, DK_EUSAGE, "-%s %s: wanted is a size such as 800M or 2G", f->name, value);
    case DK_FLAG_TEXT:
    case DK_FLAG_FILE:
        *(const char **)field = value;
        return DK_OK;
    case DK_FLAG_WORD:
        return word(f, value, field, err);
    case DK_FLAG_NET:
        return set_key(field, f->name, value, arena, err);
    case DK_FLAG_SET:
        break;
    }
    return set(field, value, arena, err);
}

/* ---- help ---- */

void dk_flag_shown(const dk_flag *f, dk_buffer *out) {
    dk_buffer_add(out, "-%s%s%s", f->name, f->value ? " " : "", f->value ? f->value : "");
    for (int i = 0; !f->value && f->words && f->words[i]; i++) {
        dk_buffer_add(out, "%c%s", i == 0 ? ' ' : '|', f->words[i]);
    }
}

void dk_flags_usage(const dk_flag_table *tables, dk_buffer *out) {
    dk_flag row;
    for (int i = 0; dk_flags_row(tables, i, &row); i++) {
        dk_buffer_add(out, " [");
        dk_flag_shown(&row, out);
        dk_buffer_add(out, "]");
    }
}

void dk_flags_help(const dk_flag_table *tables, dk_buffer *out) {
    enum { COLUMN = 22 };
    dk_flag row;
    for (int i = 0; dk_flags_row(tables, i, &row); i++) {
        const size_t from = out->size;
        dk_buffer_add(out, "    ");
        dk_flag_shown(&row, out);
        const size_t width = out->size - from;
        dk_buffer_add(out, "%*s %s", width < COLUMN ? (int)(COLUMN - width) : 0, "", row.help);
        if (row.def > 0) {
            dk_buffer_add(out, " (%.10g)", row.def);
        }
        dk_buffer_add(out, "\n");
    }
}
