/* Free memory on Linux. /proc/meminfo counts what the kernel can give without swapping (MemAvailable);
 * a control group, version 2 or 1, may allow less: its limit − what it uses + its inactive page cache, which
 * the kernel drops first. Every group from ours up to the root counts. */
#include "run/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where the two versions keep their files. `line` is how our line of /proc/self/cgroup goes on behind its
 * number ("0::/user.slice", "4:memory:/docker/1f"). */
typedef struct {
    const char *line, *root, *limit, *used, *cache;
} hierarchy;

static const hierarchy hierarchies[] = {
    {"::/", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "},
    {":memory:/", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file "},
};

enum { PATH_ROOM = 1200 };

/* The number behind `key` at the start of a line of folder/name; an empty key is the first line. */
static int read_number(const char *folder, const char *name, const char *key, unsigned long long *out) {
    char path[PATH_ROOM + 64];
    char line[256];
    int found = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "re");
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        const size_t n = strlen(key);
        found = strncmp(line, key, n) == 0 && sscanf(line + n, "%llu", out) == 1;
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

/* Our group's path below the root, "" without one. */
static void our_group(const hierarchy *h, char *out, size_t room) {
    char line[1024];
    FILE *f = fopen("/proc/self/cgroup", "re");
    out[0] = '\0';
    while (f != NULL && out[0] == '\0' && fgets(line, sizeof line, f) != NULL) {
        const char *behind = line + strspn(line, "0123456789");
        if (strncmp(behind, h->line, strlen(h->line)) == 0) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(out, room, "%s", behind + strlen(h->line) - 1);
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

/* The least that is left in our group and those above it. */
static size_t groups_left(const hierarchy *h) {
    char below[1024];
    char group[PATH_ROOM];
    size_t least = SIZE_MAX;
    our_group(h, below, sizeof below);
    snprintf(group, sizeof group, "%s%s", h->root, below);
    while (strlen(group) >= strlen(h->root)) {
        const size_t left = group_left(h, group);
        least = left < least ? left : least;
        *strrchr(group, '/') = '\0';
    }
    return least;
}

size_t dk_memory_free(void) {
    unsigned long long kilobytes = 0;
    size_t least = SIZE_MAX;
    if (read_number("/proc", "meminfo", "MemAvailable:", &kilobytes)) {
        least = (size_t)kilobytes * 1024;
    }
    for (size_t i = 0; i < sizeof hierarchies / sizeof hierarchies[0]; i++) {
        const size_t left = groups_left(&hierarchies[i]);
        least = left < least ? left : least;
    }
    return least == SIZE_MAX ? 0 : least;
}

size_t dk_memory_limit(size_t asked) {
    return asked != 0 ? asked : dk_memory_free();
}
