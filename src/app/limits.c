/* A row for each limit; what each leaves to be desired was found by trying. */
#include "app/limits.h"

#include <stddef.h>
#include <sys/resource.h>

#include "base/text.h"

static const struct {
    int resource;
    const char *flag, *what, *unit;
    rlim_t each, least; /* bytes of a unit; units */
} rows[] = {
    {RLIMIT_STACK, "-s", "the stack", "kB", 1024, 1024},
    {RLIMIT_NOFILE, "-n", "open files", "files", 1, 16},
    {RLIMIT_AS, "-v", "the address space", "kB", 1024, 128L * 1024}, /* half of it is libraries */
    {RLIMIT_DATA, "-d", "data", "kB", 1024, 64L * 1024},
};

dk_status dk_limits_check(dk_error *err) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rlimit limit;
        if (getrlimit((__rlimit_resource_t)rows[i].resource, &limit) != 0 ||
            limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= rows[i].least * rows[i].each) {
            continue;
        }
        char have[32], least[32];
        return dk_fail(err, DK_ENOMEM, "%s: limited to %s %s (`ulimit %s`); at least %s are wanted",
                       rows[i].what, dk_text_count(have, (long long)(limit.rlim_cur / rows[i].each)),
                       rows[i].unit, rows[i].flag, dk_text_count(least, (long long)rows[i].least));
    }
    return DK_OK;
}
