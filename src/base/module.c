/* Each call asks the loader, which maps a module the first time and knows it from then on; it stays until the program
 * ends, because threads and exit handlers of the libraries behind it do. */
#include "base/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef DK_MODULES
#define DK_MODULES "/usr/local/lib/darknet"
#endif

enum { NAME = 64 };

typedef char path[PATH_MAX + NAME];

/* In a folder that is asked for; beside the file that this program is; where `make install` puts it. */
static int list_places(path places[], const char *file) {
    const char *asked = getenv("DARKNET_MODULES");
    int count = 0;
    if (asked != NULL && *asked != '\0') {
        snprintf(places[count++], sizeof(path), "%s/%s", asked, file);
    }
    char *here = places[count];
    const ssize_t n = readlink("/proc/self/exe", here, PATH_MAX);
    char *slash = n > 0 ? memrchr(here, '/', (size_t)n) : NULL;
    if (slash != NULL) { /* else there is no /proc */
        snprintf(slash + 1, NAME, "%s", file);
        count++;
    }
    snprintf(places[count++], sizeof(path), "%s/%s", DK_MODULES, file);
    return count;
}

/* What every table begins with. */
typedef struct {
    size_t version, size;
} head;

/* NULL: it is no module of ours, as err says. */
static const void *load(const dk_module *m, const char *file, dk_error *err) {
    void *module = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const head *table = module != NULL ? dlsym(module, m->symbol) : NULL;
    if (table == NULL) {
        (void)dk_fail(err, DK_EUNSUPPORTED, "%s: cannot be loaded: %s; %s", file, dlerror(), m->how);
        return NULL;
    }
    if (table->version != m->version || table->size != m->size) {
        (void)dk_fail(err, DK_EUNSUPPORTED,
                      "%s: belongs to another version of the program (%zu of %zu bytes, wanted %zu of %zu); "
                      "`make` builds both",
                      file, table->version, table->size, m->version, m->size);
        return NULL;
    }
    return table;
}

const void *dk_module_find(const dk_module *m, const char *what, dk_error *err) {
    path places[3];
    const int count = list_places(places, m->file);
    for (int i = 0; i < count; i++) {
        if (access(places[i], F_OK) == 0) {
            const void *table = load(m, places[i], err);
            if (table == NULL) {
                (void)dk_error_prefix(err, DK_EUNSUPPORTED, "%s", what);
            }
            return table;
        }
    }
    (void)dk_fail(err, DK_EUNSUPPORTED, "%s: wants the module %s, which is neither '%s' nor '%s'; %s", what,
                  m->file, places[count >= 2 ? count - 2 : 0], places[count - 1], m->how);
    return NULL;
}
