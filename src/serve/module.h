/* What the program and darknet_http.so (http/) know of each other; see base/module.h. */
#ifndef DK_SERVE_MODULE_H
#define DK_SERVE_MODULE_H

#include "serve/serve.h"

/* Counted up when a type of serve.h or feed.h, or what a function does, changes. */
enum { DK_SERVE_VERSION = 2 };

typedef struct {
    size_t version, size; /* DK_SERVE_VERSION, bytes of this struct */
    __typeof__(dk_server_open) *open;
    __typeof__(dk_server_close) *close;
} dk_serve_table;

/* The first member of a server: closing finds its function by it. */
typedef struct {
    const dk_serve_table *functions;
} dk_serve_object;

#define DK_SERVE_SYMBOL "dk_serve_module"
extern DK_API const dk_serve_table dk_serve_module;

#endif
