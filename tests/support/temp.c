#include "support/temp.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char home[4096], folder[32];

void temp_enter(void) {
    strcpy(folder, "/tmp/dk-test-XXXXXX");
    if (getcwd(home, sizeof home) == NULL || mkdtemp(folder) == NULL || chdir(folder) != 0) {
        perror(folder);
        abort();
    }
}

static int drop(const char *path, const struct stat *s, int kind, struct FTW *where) {
    (void)s, (void)kind, (void)where;
    return remove(path);
}

void temp_leave(void) {
    if (chdir(home) != 0 || nftw(folder, drop, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        perror(folder);
    }
}

void temp_write(const char *path, const char *text) {
    char above[1024];
    snprintf(above, sizeof above, "%s", path);
    for (char *p = above + 1; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '\0';
            mkdir(above, 0777);
            *p = '/';
        }
    }
    FILE *f = fopen(path, "w");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0) {
        perror(path);
        abort();
    }
}

static char *read_all(const char *path, size_t *size) {
    FILE *f = fopen(path, "r");
    if (f == NULL) {
        return NULL;
    }
    fseek(f, 0, SEEK_END);
    *size = (size_t)ftell(f);
    rewind(f);
    char *text = calloc(1, *size + 1);
    if (text == NULL || fread(text, 1, *size, f) != *size) {
        abort();
    }
    fclose(f);
    return text;
}

char *temp_read(const char *path) {
    size_t size = 0;
    return read_all(path, &size);
}

void temp_change(const char *to, const char *path, const char *one, const char *other) {
    char *const text = temp_read(path), *const at = text != NULL ? strstr(text, one) : NULL, *changed = NULL;
    if (at == NULL || asprintf(&changed, "%.*s%s%s", (int)(at - text), text, other, at + strlen(one)) < 0) {
        fprintf(stderr, "%s: has no '%s'\n", path, one);
        abort();
    }
    temp_write(to, changed);
    free(changed);
    free(text);
}

bool temp_same(const char *a, const char *b) {
    size_t n = 0;
    size_t m = 0;
    char *x = read_all(a, &n);
    char *y = read_all(b, &m);
    const bool same = x != NULL && y != NULL && n == m && memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return same;
}
