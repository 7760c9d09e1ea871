/* Darknet's text files: `[section]` lines with `key=value` lines under them, and comments: # or ; at the start
 * of a line, a blank and # behind a value or a section. Everything remembers its line, so that whoever finds a
 * fault can name it. Values keep their inner spaces. A .data file has the same grammar without sections and
 * without comments behind values, most of which are names of files ("my set #1"): it is read as one section
 * named "data". What is *not* here: what the keys mean (option.h). */
#ifndef DK_CFG_CFG_H
#define DK_CFG_CFG_H

#include "base/arena.h"
#include "base/status.h"

typedef struct {
    const char *key, *value;
    const char *file; /* where it was set: the cfg's path, or "-set" */
    int line;
} dk_pair;

typedef struct {
    const char *name, *file;
    int line;
    dk_pair *pairs;
    int count;
} dk_section;

typedef struct {
    dk_arena *arena;
    const char *path;
    dk_section *sections;
    int count;
} dk_cfg;

typedef enum { DK_CFG_SECTIONS, DK_CFG_FLAT } dk_cfg_form;

/* Errors, each with file:line: a key before the first section, a line without '=', an empty key, a duplicate
 * key in one section, a '[' without ']', bytes that are no text, no section at all, and for networks a first
 * section that is not [net] or [network] (which is read as [net]). */
DK_CHECKED dk_status dk_cfg_load(dk_cfg **out, const char *path, dk_cfg_form form, dk_error *err);
DK_CHECKED dk_status dk_cfg_parse(dk_cfg **out, const char *text, size_t size, const char *path,
                                  dk_cfg_form form, dk_error *err);
/* The same in an arena that the cfg takes over, also on failure (it is closed then). */
DK_CHECKED dk_status dk_cfg_parse_in(dk_cfg **out, dk_arena *arena, const char *text, size_t size,
                                     const char *path, dk_cfg_form form, dk_error *err);
void dk_cfg_close(dk_cfg *cfg); /* accepts NULL */

/* Sets a key of the first section, replacing the file's: what `-set net.key=value` does. */
DK_CHECKED dk_status dk_cfg_set(dk_cfg *cfg, const char *key, const char *value, dk_error *err);

/* The pair of a key, and its value; or NULL. */
dk_pair *dk_section_find(const dk_section *s, const char *key);
const char *dk_section_get(const dk_section *s, const char *key);

/* The status with "file:line: [section] text", where the line is that of the key, or of the section when key is NULL or
 * absent; DK_EPARSE. */
dk_status dk_section_fail_as(dk_status status, const dk_section *s, const char *key, dk_error *err,
                             const char *format, ...) DK_PRINTF(5, 6);
#define dk_section_fail(...) dk_section_fail_as(DK_EPARSE, __VA_ARGS__)

#endif
