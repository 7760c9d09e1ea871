/* Free memory: plausible on any Linux. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "run/memory.h"

Test(run_memory, is_between_nothing_and_all) {
    const size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    const size_t left = dk_memory_free();
    cr_expect(left > 0 && left < all, "%zu of %zu bytes", left, all);
}
