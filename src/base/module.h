/* Parts of the program that are opened when they are first used, because what they link would make every start longer. A
 * module shows one symbol: a const table that begins with a version and the size of what both sides know. */
#ifndef DK_BASE_MODULE_H
#define DK_BASE_MODULE_H

#include <stddef.h>

#include "base/status.h"

typedef struct {
    const char *file, *symbol; /* "darknet_NAME.so", of its table */
    size_t version, size;      /* that the table must begin with */
    const char *how;           /* to get it, for messages */
} dk_module;

/* The module's table, which stays until the program ends. It is looked for in the folder that DARKNET_MODULES names, if that
 * is set, then beside the program, then where `make install` puts it. NULL: there is none, or one of another version;
 * DK_EUNSUPPORTED with `what` in front. */
const void *dk_module_find(const dk_module *m, const char *what, dk_error *err);

#endif
