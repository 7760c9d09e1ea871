#include "run/feed.h"

#include "base/load.h"

static dk_status take(void *user, size_t bytes, void **out, dk_error *err) {
    dk_backend *const be = user;
    return be->host_alloc(be, bytes, out, err);
}

static void give_back(void *user, void *memory) {
    dk_backend *const be = user;
    be->host_free(be, memory);
}

dk_loader_memory dk_feed_memory(dk_backend *be) {
    return be->host_alloc != NULL ? (dk_loader_memory){take, give_back, be} : (dk_loader_memory){0};
}

int dk_feed_threads(const dk_backend *be) {
    const int cores = dk_load_cores();
    return be->device && cores > 1 ? cores - 1 : 1;
}
