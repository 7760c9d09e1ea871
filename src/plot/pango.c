/* Finds Pango's functions in the library that the system has. */
#include "plot/pango.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libpangocairo-1.0.so.0"

static const struct {
    const char *name;
    size_t at; /* in a dk_pango */
} functions[] = {
#define ROW(name) {#name, offsetof(dk_pango, name)},
    DK_PANGO_FUNCTIONS(ROW)
#undef ROW
};

dk_status dk_pango_load(dk_pango *p, dk_error *err) {
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s", dlerror());
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *const found = dlsym(library, functions[i].name); /* its own libraries are searched, too */
        if (found == NULL) {
            return dk_fail(err, DK_EUNSUPPORTED, "%s", dlerror());
        }
        memcpy((char *)p + functions[i].at, &found, sizeof found);
    }
    return DK_OK;
}
