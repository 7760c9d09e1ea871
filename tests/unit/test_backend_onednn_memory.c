/* oneDNN ends the process when it gets no memory for the code that it makes: so it is not asked then. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/spare.h"
#include "base/text.h"
#include "support/temp.h"

TestSuite(backend_onednn_memory, .init = temp_enter, .fini = temp_leave);

/* Bytes of address space that this process has. */
static rlim_t used(void) {
    unsigned long pages = 0;
    FILE *const f = fopen("/proc/self/statm", "r");
    cr_assert_eq(fscanf(f, "%lu", &pages), 1);
    fclose(f);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* Leaves this much more; gives what was allowed before. */
static struct rlimit allow(rlim_t more) {
    struct rlimit before;
    const rlim_t now = used();
    if (now > (rlim_t)1 << 40) {
        cr_skip_test("a sanitizer has an address space of its own");
    }
    cr_assert_eq(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit less = {.rlim_cur = now + more, .rlim_max = before.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_AS, &less), 0);
    return before;
}

Test(backend_onednn_memory, what_is_not_there_is_told_with_the_limit) {
    dk_error err = {0};
    cr_assert_eq(dk_spare_check(64 << 20, "a thing", &err), DK_OK, "%s", err.text);
    const struct rlimit before = allow(32 << 20);
    const dk_status status = dk_spare_check(64 << 20, "a thing", &err),
                    small = dk_spare_check(1 << 20, "", NULL);
    setrlimit(RLIMIT_AS, &before);
    cr_expect_eq(small, DK_OK);
    cr_assert_eq(status, DK_ENOMEM);
    cr_expect_not_null(
        strstr(err.text, "out of memory: a thing wants 67 MB of address space; `ulimit -v` is "), "%s",
        err.text);
}

Test(backend_onednn_memory, a_network_without_room_for_its_code_is_an_error) {
    dk_net *net = NULL;
    dk_error err = {0};
    dk_buffer cfg = {0};
    dk_buffer_add(&cfg, "[net]\nwidth=32\nheight=32\nchannels=3\n");
    for (int i = 0; i < 40; i++) {
        dk_buffer_add(&cfg, "[convolutional]\nfilters=%d\nsize=3\npad=1\nactivation=leaky\n", 16 + i);
    }
    temp_write("x.cfg", cfg.text);
    dk_buffer_free(&cfg);
    const dk_net_options options = {.cfg = "x.cfg", .backend = "onednn", .threads = 1};
    const struct rlimit before = allow(4 << 20);
    const dk_status status = dk_net_open(&net, &options, &err);
    setrlimit(RLIMIT_AS, &before);
    cr_assert_eq(status, DK_ENOMEM, "%s", err.text);
    cr_expect_not_null(strstr(err.text, "oneDNN's code"), "%s", err.text);
    cr_assert_eq(dk_net_open(&net, &options, &err), DK_OK, "%s", err.text);
    dk_net_close(net);
}
