/* Free memory on Linux. /proc/meminfo counts what the kernel can give without swapping (MemAvailable);
 * a control group, version 2 or 1, may allow less: its limit − what it uses + its inactive page cache, which
 * the kernel drops first. Every group from ours up to the root counts. */
#include "run/memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the two versions keep their files. `controller` is the one that our line of /proc/self/cgroup names, among others
 * perhaps, between its number and our group ("0::/user.slice", "4:memory:/docker/1f"). */
typedef struct {
    const char *controller, *folder, *limit, *used, *cache;
} hierarchy;

static const hierarchy hierarchies[] = {
    {"", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "},
    {"memory", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file "},
};

enum { ROOM = 1024 };
typedef char path[3 * ROOM]; /* root, folder and group */

/* The whole word must be a number. */
static bool parse(const char *text, unsigned long long *out) {
    char *end = NULL;
    text += strspn(text, " \t");
    const unsigned long long value = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || (*end != '\0' && !isspace((unsigned char)*end))) {
        return false;
    }
    *out = value;
    return true;
}

/* The number behind `key` at the start of a line of folder/name; an empty key is the first line. */
static bool read_number(const char *folder, const char *name, const char *key, unsigned long long *out) {
    path file;
    char line[256];
    bool found = false;
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *f = fopen(file, "re");
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        const size_t n = strlen(key);
        found = strncmp(line, key, n) == 0 && parse(line + n, out);
    }
    if (f != NULL) {
        fclose(f);
    }
    return found;
}

/* Bytes left in one group; SIZE_MAX without a limit (version 2 says "max", which is no number). */
static size_t group_left(const hierarchy *h, const char *group) {
    unsigned long long limit = 0;
    unsigned long long used = 0;
    unsigned long long cache = 0;
    if (!read_number(group, h->limit, "", &limit) || !read_number(group, h->used, "", &used)) {
        return SIZE_MAX;
    }
    if (read_number(group, "memory.stat", h->cache, &cache)) {
        used -= cache < used ? cache : used;
    }
    return limit > used ? (size_t)(limit - used) : 1;
}

/* Whether a list ("cpu,memory", "") has a word; the empty word is in the empty list only. */
static bool lists(const char *list, size_t length, const char *word) {
    const size_t n = strlen(word);
    for (const char *end = list + length; list <= end; list++) {
        const char *const comma = memchr(list, ',', (size_t)(end - list));
        const size_t each = comma != NULL ? (size_t)(comma - list) : (size_t)(end - list);
        if (each == n && memcmp(list, word, n) == 0) {
            return true;
        }
        list += each;
    }
    return false;
}

/* Our group's path below the hierarchy's folder, "" without one. */
static void our_group(const char *root, const hierarchy *h, char out[ROOM]) {
    path file;
    char line[ROOM];
    snprintf(file, sizeof file, "%s/proc/self/cgroup", root);
    FILE *f = fopen(file, "re");
    out[0] = '\0';
    while (f != NULL && out[0] == '\0' && fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *const list = strchr(line, ':'), *const end = list != NULL ? strchr(list + 1, ':') : NULL;
        if (end != NULL && end[1] == '/' && lists(list + 1, (size_t)(end - list - 1), h->controller)) {
            strcpy(out, end + 1);
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

/* The least that is left in our group and those above it. */
static size_t groups_left(const char *root, const hierarchy *h) {
    char below[ROOM];
    path group;
    size_t least = SIZE_MAX;
    our_group(root, h, below);
    const int top = snprintf(group, sizeof group, "%s%s", root, h->folder);
    snprintf(group + top, sizeof group - (size_t)top, "%s", below);
    while (strlen(group) >= (size_t)top) {
        const size_t left = group_left(h, group);
        least = left < least ? left : least;
        *strrchr(group, '/') = '\0';
    }
    return least;
}

size_t dk_memory_free_below(const char *root) {
    unsigned long long kilobytes = 0;
    size_t least = SIZE_MAX;
    path folder;
    if (strlen(root) >= ROOM) {
        return 0;
    }
    snprintf(folder, sizeof folder, "%s/proc", root);
    if (read_number(folder, "meminfo", "MemAvailable:", &kilobytes) && kilobytes < SIZE_MAX / 1024) {
        least = (size_t)kilobytes * 1024;
    }
    for (size_t i = 0; i < sizeof hierarchies / sizeof hierarchies[0]; i++) {
        const size_t left = groups_left(root, &hierarchies[i]);
        least = left < least ? left : least;
    }
    return least == SIZE_MAX ? 0 : least;
}

size_t dk_memory_free(void) {
    return dk_memory_free_below("");
}

size_t dk_memory_limit(dk_backend *be, size_t asked) {
    return asked != 0 ? asked : be->room != NULL ? be->room(be) : dk_memory_free();
}

size_t dk_memory_rest(size_t limit, size_t used) {
    return limit == 0 ? 0 : limit > used ? limit - used : 1;
}

dk_memory_beside dk_memory_beside_nets(const dk_backend *be, size_t limit, size_t bytes) {
    return be->room != NULL ? (dk_memory_beside){dk_memory_free(), 0} : (dk_memory_beside){limit, bytes};
}
