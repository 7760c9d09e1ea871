/* Free memory: plausible on any Linux. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "run/memory.h"

Test(run_memory, is_between_nothing_and_all) {
    const size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    const size_t left = dk_memory_free();
    cr_expect(left > 0 && left < all, "%zu of %zu bytes", left, all);
}

Test(run_memory, nothing_asked_for_is_what_is_free) {
    cr_expect_eq(dk_memory_limit(123), 123);
    const size_t limit = dk_memory_limit(0);
    cr_expect(limit > dk_memory_free() / 2, "%zu bytes", limit);
}
