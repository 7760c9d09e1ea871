/* Archives that have been listed, and the files in them by name. */
#include "base/tar.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/tar_list.h"

static const char ending[] = ".tar";
enum { ENDING = sizeof ending - 1 };

bool dk_tar_named(const char *path) {
    return dk_text_ends(path, ending);
}

/* *info: of the archive, when there is one. */
static size_t part_of(const char *path, struct stat *info) {
    for (const char *at = strstr(path, ".tar/"); at != NULL; at = strstr(at + 1, ".tar/")) {
        char *const archive = strndup(path, (size_t)(at - path) + ENDING);
        const bool is = archive != NULL && stat(archive, info) == 0 && S_ISREG(info->st_mode);
        free(archive);
        if (is) {
            return (size_t)(at - path) + ENDING;
        }
    }
    return 0;
}

size_t dk_tar_part(const char *path) {
    struct stat info;
    return part_of(path, &info);
}

/* ---- archives that are listed ---- */

typedef struct known {
    dk_tar_listing list;
    uint32_t *by_name; /* indices of files, in the order of their names, then of their offsets */
    struct stat info;
    struct known *next;
} known;

static struct {
    pthread_mutex_t lock;
    known *first; /* one that is out of date stays behind its successor: somebody may still use it */
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int compare(const void *one, const void *other, void *user) {
    const dk_tar_file *const files = user;
    const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
    const int names = strcmp(files[a].name, files[b].name);
    return names != 0 ? names : (a > b) - (a < b);
}

static bool same(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static known *look_up(const char *path, const struct stat *info) {
    for (known *k = all.first; k != NULL; k = k->next) {
        if (strcmp(k->list.tar.path, path) == 0) {
            return same(&k->info, info) ? k : NULL;
        }
    }
    return NULL;
}

static dk_status sort_names(known *k, dk_error *err) {
    const int count = k->list.tar.count;
    k->by_name = malloc(((size_t)count + 1) * sizeof *k->by_name);
    if (k->by_name == NULL) {
        return dk_no_memory(err, (size_t)count * sizeof *k->by_name, "the names in an archive");
    }
    for (int i = 0; i < count; i++) {
        k->by_name[i] = (uint32_t)i;
    }
    qsort_r(k->by_name, (size_t)count, sizeof *k->by_name, compare, (void *)(uintptr_t)k->list.tar.files);
    return DK_OK;
}

static dk_status list(known **out, const char *path, const struct stat *info, dk_error *err) {
    known *const k = calloc(1, sizeof *k);
    if (k == NULL) {
        return dk_no_memory(err, sizeof *k, path);
    }
    k->info = *info;
    dk_status status = dk_tar_listing_make(&k->list, path, err);
    if (status == DK_OK) {
        status = sort_names(k, err);
    }
    if (status != DK_OK) {
        dk_tar_listing_free(&k->list);
        free(k);
        return status;
    }
    k->next = all.first;
    all.first = k;
    *out = k;
    return DK_OK;
}

static dk_status open_known(known **out, const char *path, const struct stat *info, dk_error *err) {
    pthread_mutex_lock(&all.lock);
    *out = look_up(path, info);
    const dk_status status = *out != NULL ? DK_OK : list(out, path, info, err);
    pthread_mutex_unlock(&all.lock);
    return status;
}

dk_status dk_tar_list(const dk_tar **out, const char *path, dk_error *err) {
    known *k = NULL;
    struct stat info;
    if (stat(path, &info) != 0) {
        return dk_fail_errno(err, "cannot read '%s'", path);
    }
    DK_TRY(open_known(&k, path, &info, err));
    *out = &k->list.tar;
    return DK_OK;
}

/* The last file that is not behind `name` in the order of names. */
static const dk_tar_file *find(const known *k, const char *name) {
    int low = 0, high = k->list.tar.count;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (strcmp(k->list.tar.files[k->by_name[middle]].name, name) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const dk_tar_file *const file = low > 0 ? &k->list.tar.files[k->by_name[low - 1]] : NULL;
    return file != NULL && strcmp(file->name, name) == 0 ? file : NULL;
}

dk_status dk_tar_find(const dk_tar **archive, const dk_tar_file **file, const char *path, dk_error *err) {
    struct stat info;
    const size_t part = part_of(path, &info);
    known *k = NULL;
    *file = NULL;
    if (part == 0) {
        return DK_OK;
    }
    char *const whole = strndup(path, part);
    if (whole == NULL) {
        return dk_no_memory(err, part, path);
    }
    const dk_status status = open_known(&k, whole, &info, err);
    free(whole);
    DK_TRY(status);
    *archive = &k->list.tar;
    *file = find(k, path + part + 1);
    return *file != NULL ? DK_OK
                         : dk_fail(err, DK_EIO, "cannot read '%s': the archive %s holds no '%s'", path,
                                   k->list.tar.path, path + part + 1);
}
