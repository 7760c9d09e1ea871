/* What engines of either kind are fed with. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/load.h"
#include "run/feed.h"

static int blocks; /* of the host's memory that the engine has given out */

static dk_status host_alloc(dk_backend *be, size_t bytes, void **out, dk_error *err) {
    cr_expect_str_eq(be->name, "device");
    (void)err;
    blocks++;
    *out = malloc(bytes);
    return DK_OK;
}

static void host_free(dk_backend *be, void *memory) {
    cr_expect_str_eq(be->name, "device");
    blocks--;
    free(memory);
}

Test(run_feed, a_device_says_where_batches_lie_and_leaves_the_cores_to_the_loader) {
    dk_backend be = {.name = "device", .device = true, .host_alloc = host_alloc, .host_free = host_free};
    const dk_loader_memory m = dk_feed_memory(&be);
    const int cores = dk_load_cores();
    void *p = NULL;
    cr_assert_eq(m.alloc(m.user, 64, &p, NULL), DK_OK);
    cr_expect_eq(blocks, 1);
    m.free(m.user, p);
    cr_expect_eq(blocks, 0);
    cr_expect_eq(dk_feed_threads(&be), cores > 1 ? cores - 1 : 1);
}

Test(run_feed, other_engines_take_any_memory_and_one_thread) {
    dk_backend be = {.name = "host"};
    cr_expect_null(dk_feed_memory(&be).alloc);
    cr_expect_eq(dk_feed_threads(&be), 1);
}
