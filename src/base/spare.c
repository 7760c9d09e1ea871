/* Address space is what runs out inside a process; memory that is not there ends it from outside. */
#include "base/spare.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* " (ulimit -v is 65536 kB)" where there is such a limit. */
static void tell_limit(char *out, size_t room, int resource, const char *flag) {
    struct rlimit limit;
    out[0] = '\0';
    if (getrlimit((__rlimit_resource_t)resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        snprintf(out, room, "; `ulimit %s` is %llu kB", flag, (unsigned long long)limit.rlim_cur / 1024);
    }
}

dk_status dk_spare_check(size_t bytes, const char *what, dk_error *err) {
    /* MAP_NORESERVE: as stacks of threads are had, of which little is ever touched. */
    void *const got =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got != MAP_FAILED) {
        munmap(got, bytes);
        return DK_OK;
    }
    char space[64], data[64];
    tell_limit(space, sizeof space, RLIMIT_AS, "-v");
    tell_limit(data, sizeof data, RLIMIT_DATA, "-d");
    return dk_fail(err, DK_ENOMEM, "out of memory: %s wants %.0f MB of address space%s%s", what,
                   (double)bytes / 1e6, space, data);
}
