/* Option tables at work: defaults, then the keys of a section, each through the reader of its kind. A reader
 * checks text and range and stores the value in the conf. Help texts are made in option_help.c. */
#include "cfg/option.h"

#include <assert.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* One key being read: what the reader of any kind needs. */
typedef struct {
    const dk_section *section;
    const dk_opt *opt;
    const char *text; /* the value, or the table's default text */
    void *to;         /* the field of the conf */
    dk_arena *arena;
    dk_error *err;
} reading;

/* "size=0 WHAT (help)"; where the fault is in one item of a list also which one. */
static dk_status fail(const reading *r, const char *item, const char *what) {
    const char *const comment =
        strpbrk(r->text, "#;") != NULL ? "; a comment behind a value begins with a blank and '#'" : "";
    char which[64] = "";
    if (strcmp(item, r->text) != 0) {
        snprintf(which, sizeof which, ": '%.40s'", item);
    }
    return dk_section_fail(r->section, r->opt->key, r->err, "%s=%.80s%s %s (%s)%s", r->opt->key, r->text,
                           which, what, r->opt->help, comment);
}

/* least and most are the limits of the C type; the table's narrow them. */
static dk_status check_range(const reading *r, const char *item, double value, double least, double most) {
    const dk_opt *const opt = r->opt;
    assert(opt->min <= opt->max);
    const bool bounded = opt->min != 0 || opt->max != 0;
    const double min = bounded ? fmax(opt->min, least) : least, max = bounded ? fmin(opt->max, most) : most;
    if (value >= min && value <= max) {
        return DK_OK;
    }
    char what[96];
    snprintf(what, sizeof what, "is out of range %.10g..%.10g", min, max);
    return fail(r, item, what);
}

static dk_status read_int(const reading *r, const char *item, int *to) {
    long value;
    double large; /* digits that are a whole number, if one that no long holds */
    if (dk_text_int(item, &value)) {
        large = (double)value;
    } else if (strpbrk(item, ".eE") != NULL || !dk_text_float(item, &large)) {
        return fail(r, item, *item == '\0' ? "is empty; it wants a whole number" : "is not a whole number");
    }
    DK_TRY(check_range(r, item, large, -INT_MAX, INT_MAX)); /* INT_MIN stands for DK_AUTO */
    *to = (int)large;
    return DK_OK;
}

static dk_status read_float(const reading *r, const char *item, float *to) {
    double value;
    if (!dk_text_float(item, &value)) {
        return fail(r, item, *item == '\0' ? "is empty; it wants a number" : "is not a number");
    }
    DK_TRY(check_range(r, item, value, -(double)FLT_MAX, (double)FLT_MAX));
    *to = (float)value;
    return DK_OK;
}

static dk_status read_bool(const reading *r, int *to) {
    if (strcmp(r->text, "0") != 0 && strcmp(r->text, "1") != 0) {
        return fail(r, r->text, "is neither 0 nor 1");
    }
    *to = r->text[0] == '1';
    return DK_OK;
}

static dk_status read_choice(const reading *r, int *to) {
    const char *const *const names = r->opt->names;
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], r->text) == 0) {
            *to = i;
            return DK_OK;
        }
    }
    char list[512] = "";
    for (int i = 0; names[i] != NULL; i++) {
        const size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    const char *const near = dk_text_closest(r->text, names);
    return dk_section_fail(r->section, r->opt->key, r->err, "%s=%.80s is none of %s%s%s%s", r->opt->key,
                           r->text, list, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                           near != NULL ? "'?" : "");
}

static dk_status read_text(const reading *r, const char **to) {
    *to = dk_arena_text(r->arena, r->text);
    return *to == NULL ? dk_no_memory(r->err, strlen(r->text), r->opt->key) : DK_OK;
}

/* A copy of the list to cut up, and room for its items of `each` bytes. */
static dk_status open_list(const reading *r, size_t each, char **copy, void **items, int *count) {
    *count = 1 + (int)dk_text_tally(r->text, strlen(r->text), ',');
    *copy = dk_arena_text(r->arena, r->text);
    *items = dk_arena_alloc(r->arena, (size_t)*count * each);
    const bool good = *copy != NULL && *items != NULL;
    return good ? DK_OK : dk_no_memory(r->err, (size_t)*count * each, r->opt->key);
}

/* Cuts the next item off the rest of a list. */
static const char *next_item(char **rest) {
    return dk_text_trim(strsep(rest, ","));
}

static dk_status read_ints(const reading *r, dk_ints *to) {
    char *rest;
    void *items;
    int count;
    DK_TRY(open_list(r, sizeof(int), &rest, &items, &count));
    *to = (dk_ints){.count = count, .v = items};
    for (int i = 0; i < count; i++) {
        DK_TRY(read_int(r, next_item(&rest), &to->v[i]));
    }
    return DK_OK;
}

static dk_status read_floats(const reading *r, dk_floats *to) {
    char *rest;
    void *items;
    int count;
    DK_TRY(open_list(r, sizeof(float), &rest, &items, &count));
    *to = (dk_floats){.count = count, .v = items};
    for (int i = 0; i < count; i++) {
        DK_TRY(read_float(r, next_item(&rest), &to->v[i]));
    }
    return DK_OK;
}

static dk_status read_value(const reading *r) {
    switch (r->opt->kind) {
    case DK_INT:
        return read_int(r, r->text, r->to);
    case DK_FLOAT:
        return read_float(r, r->text, r->to);
    case DK_BOOL:
        return read_bool(r, r->to);
    case DK_CHOICE:
        return read_choice(r, r->to);
    case DK_TEXT:
        return read_text(r, r->to);
    case DK_INTS:
        return read_ints(r, r->to);
    case DK_FLOATS:
        return read_floats(r, r->to);
    case DK_IGNORED:
        break;
    }
    return DK_OK;
}

/* A value of a file. Texts are whole already: cfg.c has cut the comments that may stand behind them. No number holds a
 * '#', so that behind those a comment is one in .data files, too. */
static dk_status read_given(reading r) {
    if (r.opt->kind != DK_TEXT && strchr(r.text, '#') != NULL) {
        char *const bare = dk_arena_text(r.arena, r.text);
        if (bare == NULL) {
            return dk_no_memory(r.err, strlen(r.text), r.opt->key);
        }
        dk_text_cut_comment(bare);
        r.text = bare;
    }
    return read_value(&r);
}

static dk_status set_default(const reading *r) {
    switch (r->opt->kind) {
    case DK_INT:
    case DK_BOOL:
    case DK_CHOICE:
        *(int *)r->to = (int)r->opt->def;
        break;
    case DK_FLOAT:
        *(float *)r->to = (float)r->opt->def;
        break;
    case DK_TEXT:
        *(const char **)r->to = r->text;
        break;
    case DK_INTS:
        *(dk_ints *)r->to = (dk_ints){0};
        return r->text == NULL ? DK_OK : read_value(r);
    case DK_FLOATS:
        *(dk_floats *)r->to = (dk_floats){0};
        return r->text == NULL ? DK_OK : read_value(r);
    case DK_IGNORED:
        break;
    }
    return DK_OK;
}

static dk_status fail_unknown(const dk_section *s, const char *key, const dk_opt_table *tables, int count,
                              dk_arena *arena, dk_error *err) {
    size_t n = 0;
    for (int t = 0; t < count; t++) {
        for (const dk_opt *o = tables[t].opts; o->key != NULL; o++) {
            n++;
        }
    }
    const char **const keys = dk_arena_alloc(arena, (n + 1) * sizeof *keys);
    if (keys == NULL) {
        return dk_no_memory(err, (n + 1) * sizeof *keys, "a list of keys");
    }
    n = 0;
    for (int t = 0; t < count; t++) {
        for (const dk_opt *o = tables[t].opts; o->key != NULL; o++) {
            keys[n++] = o->key;
        }
    }
    const char *const near = dk_text_closest(key, keys);
    if (near == NULL) {
        return dk_section_fail(s, key, err, "has no key '%.80s'; 'darknet help %s' lists its keys", key,
                               s->name);
    }
    return dk_section_fail(s, key, err, "has no key '%.80s'; did you mean '%s'?", key, near);
}

/* Several tables may have the key: each conf gets the value. */
static dk_status read_pair(const dk_section *s, const dk_pair *pair, const dk_opt_table *tables, int count,
                           dk_arena *arena, dk_error *err) {
    bool known = false;
    for (int t = 0; t < count; t++) {
        for (const dk_opt *o = tables[t].opts; o->key != NULL; o++) {
            if (strcmp(o->key, pair->key) == 0) {
                const reading r = {s, o, pair->value, (char *)tables[t].conf + o->at, arena, err};
                DK_TRY(read_given(r));
                known = true;
            }
        }
    }
    return known ? DK_OK : fail_unknown(s, pair->key, tables, count, arena, err);
}

dk_status dk_opt_read(const dk_section *s, const dk_opt_table *tables, int count, dk_arena *arena,
                      dk_error *err) {
    for (int t = 0; t < count; t++) {
        for (const dk_opt *o = tables[t].opts; o->key != NULL; o++) {
            const reading r = {s, o, o->text, (char *)tables[t].conf + o->at, arena, err};
            DK_TRY(set_default(&r));
        }
    }
    for (int i = 0; i < s->count; i++) {
        DK_TRY(read_pair(s, &s->pairs[i], tables, count, arena, err));
    }
    for (int t = 0; t < count; t++) {
        for (const dk_opt *o = tables[t].opts; o->key != NULL; o++) {
            if (o->required && dk_section_get(s, o->key) == NULL) {
                return dk_section_fail(s, NULL, err, "needs '%s' (%s)", o->key, o->help);
            }
        }
    }
    return DK_OK;
}
