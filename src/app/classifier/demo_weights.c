/* Looking for weights. */
#include "app/classifier/demo_weights.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"

#define DEFAULT "weights/emotion.weights"
#define DEFAULT_CFG "mobilenet"

/* <stem>_best.weights or <stem>_best.3.weights. */
static bool is_best(const char *name, const char *stem) {
    const size_t n = strlen(stem);
    if (strncmp(name, stem, n) != 0 || strncmp(name + n, "_best.", 6) != 0) {
        return false;
    }
    const char *rest = name + n + 6;
    const size_t digits = strspn(rest, "0123456789");
    return strcmp(digits > 0 ? rest + digits : rest - 1, ".weights") == 0;
}

static const char *newest(const char *folder, const char *stem, dk_arena *arena) {
    const char *best = NULL;
    struct timespec when = {0};
    DIR *d = opendir(folder);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        struct stat info;
        const char *path =
            is_best(e->d_name, stem) ? dk_arena_format(arena, "%s/%s", folder, e->d_name) : NULL;
        if (path && stat(path, &info) == 0 &&
            (!best || info.st_mtim.tv_sec > when.tv_sec ||
             (info.st_mtim.tv_sec == when.tv_sec && info.st_mtim.tv_nsec > when.tv_nsec))) {
            best = path;
            when = info.st_mtim;
        }
    }
    if (d) {
        closedir(d);
    }
    return best;
}

dk_status dk_demo_find_weights(const char **weights, const char *cfg, const dk_data *data, dk_arena *arena,
                               dk_error *err) {
    char stem[256];
    dk_path_stem(cfg, stem, sizeof stem);
    const bool own = strcmp(stem, DEFAULT_CFG) == 0;
    const char *found = dk_share_find(DEFAULT, arena);
    if (!found) {
        return dk_no_memory(err, sizeof DEFAULT, "the path of the weights");
    }
    *weights = own && dk_path_exists(found) ? found : newest(data->conf.backup, stem, arena);
    if (*weights) {
        return DK_OK;
    }
    return dk_fail(
        err, DK_EIO,
        "there are no weights: neither %s%s nor %s/%s_best.weights; train some (`darknet help classifier "
        "train`), or name them behind DATA and CFG",
        own ? "" : "(that is for cfg/mobilenet.cfg) ", DEFAULT, data->conf.backup, stem);
}
