/* The reader of cfg and .data text: one pass over the lines of a copy that the arena keeps; keys and values
 * are pieces of that copy, cut in place. What it does not do: know any key. */
#include "cfg/cfg.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"

/* Far above any real network; they keep the search for duplicates short on hostile files. */
enum { MOST_BYTES = 1024 * 1024, MOST_KEYS = 512 };

typedef struct {
    dk_cfg *cfg;
    dk_cfg_form form;
    dk_pair *free_pairs; /* the next of the pairs that all sections share */
    int line;
    dk_error *err;
} reader;

static dk_status fail(const reader *r, const char *format, ...) DK_PRINTF(2, 3);

static dk_status fail(const reader *r, const char *format, ...) {
    char text[768];
    va_list args;
    va_start(args, format);
    dk_text_format(text, sizeof text, format, args);
    va_end(args);
    return dk_fail(r->err, DK_EPARSE, "%s:%d: %s", r->cfg->path, r->line, text);
}

static dk_status read_section(reader *r, char *line) {
    dk_cfg *const cfg = r->cfg;
    char *const close = strchr(line, ']');
    if (r->form == DK_CFG_FLAT) {
        return fail(r, "'%.60s' is a section; this file holds key=value lines only", line);
    }
    if (close == NULL) {
        return fail(r, "'%.60s' has no closing ']'", line);
    }
    if (close[1] != '\0' && close[1] != '#') {
        return fail(r, "'%.60s' has text after ']'; a comment begins with a blank and '#'", line);
    }
    *close = '\0';
    const char *name = dk_text_trim(line + 1);
    if (*name == '\0') {
        return fail(r, "'[]' names no section; write [net], [convolutional], ...");
    }
    if (cfg->count == 0) {
        if (strcmp(name, "network") == 0) {
            name = "net";
        } else if (strcmp(name, "net") != 0) {
            return fail(r, "the first section is [%.60s]; a network begins with [net]", name);
        }
    }
    cfg->sections[cfg->count++] =
        (dk_section){.name = name, .file = cfg->path, .line = r->line, .pairs = r->free_pairs};
    return DK_OK;
}

static dk_status read_pair(reader *r, char *line) {
    char *const equals = strchr(line, '=');
    if (equals == NULL) {
        return fail(r, "'%.60s' is no key=value, no [section] and no # comment", line);
    }
    if (r->cfg->count == 0) {
        return fail(r, "'%.60s' stands before the first section; a network begins with [net]", line);
    }
    *equals = '\0';
    const char *const key = dk_text_trim(line), *const value = dk_text_trim(equals + 1);
    if (*key == '\0') {
        return fail(r, "'=%.60s' has no key before its '='", value);
    }
    dk_section *const s = &r->cfg->sections[r->cfg->count - 1];
    const dk_pair *const earlier = dk_section_find(s, key);
    if (earlier != NULL) {
        return fail(r, "[%s] %.60s is set twice; line %d has it already", s->name, key, earlier->line);
    }
    if (s->count == MOST_KEYS) {
        return fail(r, "[%s] has more than %d keys; is this a network?", s->name, MOST_KEYS);
    }
    *r->free_pairs++ = (dk_pair){.key = key, .value = value, .file = r->cfg->path, .line = r->line};
    s->count++;
    return DK_OK;
}

static dk_status read_line(reader *r, char *line) {
    switch (*line) {
    case '\0':
    case '#':
    case ';':
        return DK_OK;
    case '[':
        dk_text_cut_comment(line);
        return read_section(r, line);
    default:
        if (r->form == DK_CFG_SECTIONS) {
            dk_text_cut_comment(line);
        }
        return read_pair(r, line);
    }
}

/* Text is anything without control characters: UTF-8 and the older 8-bit sets alike. */
static dk_status check_text(const char *text, size_t size, const char *path, dk_error *err) {
    if (size > MOST_BYTES) {
        return dk_fail(err, DK_EPARSE, "%s: is larger than %d bytes; is it a cfg?", path, MOST_BYTES);
    }
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7F) {
            return dk_fail(err, DK_EPARSE, "%s: is no text file: byte 0x%02x at offset %zu", path, c, i);
        }
    }
    return DK_OK;
}

/* An empty cfg with room for what the text can hold at most: every section has a '[', every pair a '='. NULL
 * when memory is out. */
static dk_cfg *make(reader *r, dk_arena *arena, const char *text, size_t size, const char *path) {
    const size_t sections = dk_text_tally(text, size, '[') + 1, pairs = dk_text_tally(text, size, '=');
    dk_cfg *const cfg = dk_arena_alloc(arena, sizeof *cfg);
    if (cfg == NULL) {
        return NULL;
    }
    cfg->arena = arena;
    cfg->path = dk_arena_text(arena, path);
    cfg->sections = dk_arena_alloc(arena, sections * sizeof *cfg->sections);
    r->free_pairs = dk_arena_alloc(arena, pairs * sizeof *r->free_pairs);
    if (cfg->path == NULL || cfg->sections == NULL || r->free_pairs == NULL) {
        return NULL;
    }
    if (r->form == DK_CFG_FLAT) {
        cfg->sections[0] = (dk_section){.name = "data", .file = cfg->path, .pairs = r->free_pairs};
        cfg->count = 1;
    }
    return cfg;
}

static dk_status read_text(reader *r, dk_arena *arena, const char *text, size_t size, const char *path) {
    DK_TRY(check_text(text, size, path, r->err));
    r->cfg = make(r, arena, text, size, path);
    char *const copy = dk_arena_text_n(arena, text, size);
    if (r->cfg == NULL || copy == NULL) {
        return dk_no_memory(r->err, size, path);
    }
    char *rest = dk_text_after_mark(copy);
    for (char *line = dk_text_line(&rest); line != NULL; line = dk_text_line(&rest)) {
        r->line++;
        DK_TRY(read_line(r, line));
    }
    if (r->cfg->count == 0) {
        return dk_fail(r->err, DK_EPARSE, "%s: has no sections; a network begins with [net]", path);
    }
    return DK_OK;
}

dk_status dk_cfg_parse_in(dk_cfg **out, dk_arena *arena, const char *text, size_t size, const char *path,
                          dk_cfg_form form, dk_error *err) {
    reader r = {.form = form, .err = err};
    const dk_status status = read_text(&r, arena, text, size, path);
    if (status != DK_OK) {
        dk_arena_close(arena);
    }
    *out = status == DK_OK ? r.cfg : NULL;
    return status;
}

dk_status dk_cfg_parse(dk_cfg **out, const char *text, size_t size, const char *path, dk_cfg_form form,
                       dk_error *err) {
    *out = NULL;
    dk_arena *const arena = dk_arena_open();
    if (arena == NULL) {
        return dk_no_memory(err, size, path);
    }
    return dk_cfg_parse_in(out, arena, text, size, path, form, err);
}

dk_status dk_cfg_load(dk_cfg **out, const char *path, dk_cfg_form form, dk_error *err) {
    char *text;
    size_t size;
    *out = NULL;
    DK_TRY(dk_text_read(&text, &size, path, MOST_BYTES, "lines of key=value are wanted", err));
    const dk_status status = dk_cfg_parse(out, text, size, path, form, err);
    free(text);
    return status;
}

void dk_cfg_close(dk_cfg *cfg) {
    if (cfg != NULL) {
        dk_arena_close(cfg->arena);
    }
}

dk_status dk_cfg_set(dk_cfg *cfg, const char *key, const char *value, dk_error *err) {
    assert(cfg->count > 0);
    dk_section *const s = &cfg->sections[0];
    if (*key == '\0') {
        return dk_fail(err, DK_EUSAGE, "-set %s.=%s: has no key before its '='", s->name, value);
    }
    const dk_pair set = {
        .key = dk_arena_text(cfg->arena, key), .value = dk_arena_text(cfg->arena, value), .file = "-set"};
    if (set.key == NULL || set.value == NULL) {
        return dk_no_memory(err, strlen(key) + strlen(value), "-set");
    }
    dk_pair *const old = dk_section_find(s, key);
    if (old != NULL) {
        *old = set;
        return DK_OK;
    }
    /* The pairs of the next section follow directly, so one more needs another place. */
    const size_t bytes = (size_t)s->count * sizeof *s->pairs;
    dk_pair *const pairs = dk_arena_alloc(cfg->arena, bytes + sizeof *pairs);
    if (pairs == NULL) {
        return dk_no_memory(err, bytes + sizeof *pairs, "-set");
    }
    memcpy(pairs, s->pairs, bytes);
    pairs[s->count++] = set;
    s->pairs = pairs;
    return DK_OK;
}

dk_pair *dk_section_find(const dk_section *s, const char *key) {
    for (int i = 0; i < s->count; i++) {
        if (strcmp(s->pairs[i].key, key) == 0) {
            return &s->pairs[i];
        }
    }
    return NULL;
}

const char *dk_section_get(const dk_section *s, const char *key) {
    const dk_pair *const pair = dk_section_find(s, key);
    return pair == NULL ? NULL : pair->value;
}

dk_status dk_section_fail_as(dk_status status, const dk_section *s, const char *key, dk_error *err,
                             const char *format, ...) {
    char text[sizeof err->text];
    va_list args;
    va_start(args, format);
    dk_text_format(text, sizeof text, format, args);
    va_end(args);
    const dk_pair *const pair = key == NULL ? NULL : dk_section_find(s, key);
    const char *const file = pair == NULL ? s->file : pair->file;
    const int line = pair == NULL ? s->line : pair->line;
    if (line > 0) {
        return dk_fail(err, status, "%s:%d: [%s] %s", file, line, s->name, text);
    }
    if (pair != NULL) { /* set on the command line */
        return dk_fail(err, status, "%s %s.%s=%s: [%s] %s", file, s->name, key, pair->value, s->name, text);
    }
    return dk_fail(err, status, "%s: [%s] %s", file, s->name, text);
}
