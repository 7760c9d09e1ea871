#include "support/engines.h"

#include <stdio.h>

enum { MOST = 16 };

static bool opens(const dk_engine *engine, dk_error *why) {
    dk_backend *be = NULL;
    const bool opened = dk_backend_open(&be, engine->name, 1, why) != DK_EUNSUPPORTED;
    dk_backend_close(be);
    return opened;
}

const dk_engine *const *engines_here(void) {
    static const dk_engine *here[MOST + 1];
    int n = 0;
    for (const dk_engine *const *e = dk_engines; *e != NULL && n < MOST; e++) {
        if (opens(*e, NULL)) {
            here[n++] = *e;
        }
    }
    here[n] = NULL;
    return here;
}

const char *engines_elsewhere(void) {
    static char said[1024];
    dk_error why = {0};
    size_t at = 0;
    for (const dk_engine *const *e = dk_engines; *e != NULL; e++) {
        if (at < sizeof said && !opens(*e, &why)) {
            at += (size_t)snprintf(said + at, sizeof said - at, "%s%s", at > 0 ? "; " : "", why.text);
        }
    }
    return at > 0 ? said : NULL;
}
