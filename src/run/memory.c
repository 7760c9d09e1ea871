/* Free memory on Linux. /proc/meminfo counts what the kernel can give without swapping (MemAvailable);
 * a control group v2 may allow less: memory.max − memory.current, plus inactive_file, the page cache that
 * the kernel drops first. Every group from ours up to the root counts. */
#include "run/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The number after `key` at the start of a line; "" is the first number of the file. */
static int read_number(const char *path, const char *key, unsigned long long *out) {
    FILE *f = fopen(path, "re");
    char line[256];
    int found = 0;
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        const size_t n = strlen(key);
        found = strncmp(line, key, n) == 0 && sscanf(line + n, "%llu", out) == 1;
    }
    if (f != NULL) {
        fclose(f);
    }
    return found;
}

/* Bytes left in one group; SIZE_MAX without a limit ("max" is no number). */
static size_t group_left(const char *group) {
    char path[1200];
    unsigned long long limit = 0;
    unsigned long long used = 0;
    unsigned long long cache = 0;
    snprintf(path, sizeof path, "%s/memory.max", group);
    if (!read_number(path, "", &limit)) {
        return SIZE_MAX;
    }
    snprintf(path, sizeof path, "%s/memory.current", group);
    if (!read_number(path, "", &used)) {
        return SIZE_MAX;
    }
    snprintf(path, sizeof path, "%s/memory.stat", group);
    if (read_number(path, "inactive_file ", &cache)) {
        used -= cache < used ? cache : used;
    }
    return limit > used ? (size_t)(limit - used) : 1;
}

/* The least that is left in our group and those above it. */
static size_t groups_left(void) {
    static const char root[] = "/sys/fs/cgroup";
    char line[1024] = "";
    char group[sizeof root + sizeof line];
    FILE *f = fopen("/proc/self/cgroup", "re");
    size_t least = SIZE_MAX;
    while (f != NULL && fgets(line, sizeof line, f) != NULL && strncmp(line, "0::", 3) != 0) {
        line[0] = '\0';
    }
    if (f != NULL) {
        fclose(f);
    }
    line[strcspn(line, "\n")] = '\0';
    snprintf(group, sizeof group, "%s%s", root, line[0] != '\0' ? line + 3 : "");
    while (strlen(group) >= sizeof root - 1) {
        const size_t left = group_left(group);
        least = left < least ? left : least;
        *strrchr(group, '/') = '\0';
    }
    return least;
}

size_t dk_memory_free(void) {
    unsigned long long kilobytes = 0;
    size_t least = groups_left();
    if (read_number("/proc/meminfo", "MemAvailable:", &kilobytes) && kilobytes * 1024 < least) {
        least = (size_t)kilobytes * 1024;
    }
    return least == SIZE_MAX ? 0 : least;
}
