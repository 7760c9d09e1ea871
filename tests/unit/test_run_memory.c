/* Free memory: plausible on any Linux, and as the files of the kernel say. */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "run/memory.h"
#include "support/temp.h"

Test(run_memory, is_between_nothing_and_all) {
    const size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    const size_t left = dk_memory_free();
    cr_expect(left > 0 && left < all, "%zu of %zu bytes", left, all);
}

Test(run_memory, nothing_asked_for_is_what_is_free) {
    dk_backend be = {.name = "host"};
    cr_expect_eq(dk_memory_limit(&be, 123), 123);
    const size_t limit = dk_memory_limit(&be, 0);
    cr_expect(limit > dk_memory_free() / 2, "%zu bytes", limit);
    const dk_memory_beside host = dk_memory_beside_nets(&be, 1000, 400);
    cr_expect(host.limit == 1000 && host.used == 400);
}

static size_t room(dk_backend *be) {
    return be->threads == 0 ? 0 : 5000;
}

Test(run_memory, of_a_device_what_it_has_free) {
    dk_backend be = {.name = "device", .threads = 1, .room = room}, silent = {.name = "silent", .room = room};
    cr_expect_eq(dk_memory_limit(&be, 123), 123);
    cr_expect_eq(dk_memory_limit(&be, 0), 5000);
    cr_expect_eq(dk_memory_limit(&silent, 0), 0, "it does not know");
    const dk_memory_beside host = dk_memory_beside_nets(&be, 5000, 4000);
    cr_expect(host.limit > dk_memory_free() / 2 && host.used == 0, "the nets lie elsewhere");
}

/* ---- a machine of files ---- */

#define MEMINFO "proc/meminfo"
#define CGROUP "proc/self/cgroup"
#define V2 "sys/fs/cgroup/"
#define V1 "sys/fs/cgroup/memory/"
enum { MB = 1 << 20 };

static void enter(void) {
    temp_enter();
    temp_write(MEMINFO,
               "MemTotal:        2097152 kB\nMemFree:          100 kB\nMemAvailable:    1048576 kB\n");
}

TestSuite(run_memory_files, .init = enter, .fini = temp_leave);

static void is(size_t wanted) {
    const size_t got = dk_memory_free_below(".");
    cr_expect_eq(got, wanted, "%zu bytes, wanted %zu", got, wanted);
}

Test(run_memory_files, nothing_is_known) {
    unlink(MEMINFO);
    is(0);
    temp_write(MEMINFO, "MemTotal: 1 kB\nMemAvailable: many\n");
    is(0);
    cr_expect_eq(dk_memory_free_below("/no/such/folder"), 0);
}

Test(run_memory_files, the_machine_without_groups) {
    is((size_t)1024 * MB);
    temp_write(CGROUP, "0::/\n"); /* a group without files */
    is((size_t)1024 * MB);
}

Test(run_memory_files, a_group_of_version_2) {
    temp_write(CGROUP, "0::/system.slice/run.scope\n");
    temp_write(V2 "system.slice/run.scope/memory.max", "104857600\n");
    is((size_t)1024 * MB); /* what it uses is not known */
    temp_write(V2 "system.slice/run.scope/memory.current", "52428800\n");
    is((size_t)50 * MB);
    temp_write(V2 "system.slice/run.scope/memory.stat", "file 9\ninactive_file 10485760\nactive_file 7\n");
    is((size_t)60 * MB);
}

Test(run_memory_files, groups_above_count) {
    temp_write(CGROUP, "0::/a/b\n");
    temp_write(V2 "a/b/memory.max", "max\n");
    temp_write(V2 "a/b/memory.current", "1048576\n");
    is((size_t)1024 * MB);
    temp_write(V2 "a/memory.max", "41943040\n");
    temp_write(V2 "a/memory.current", "20971520\n");
    is((size_t)20 * MB);
    temp_write(V2 "memory.max", "31457280\n"); /* a container sees its own group as the root */
    temp_write(V2 "memory.current", "20971520\n");
    is((size_t)10 * MB);
}

Test(run_memory_files, a_group_of_version_1) {
    temp_write(CGROUP, "12:cpuset:/x\n4:memory:/docker/1f\n1:name=systemd:/y\n");
    temp_write(V1 "docker/1f/memory.limit_in_bytes", "104857600\n");
    temp_write(V1 "docker/1f/memory.usage_in_bytes", "62914560\n");
    temp_write(V1 "docker/1f/memory.stat", "inactive_file 1\ntotal_inactive_file 10485760\n");
    is((size_t)50 * MB);
    temp_write(V1 "docker/1f/memory.limit_in_bytes", "9223372036854771712\n"); /* none is set */
    is((size_t)1024 * MB);
    temp_write(CGROUP, "4:hugetlb,memory:/docker/2a\n0::/other\n"); /* one of several controllers */
    temp_write(V1 "docker/2a/memory.limit_in_bytes", "2097152\n");
    temp_write(V1 "docker/2a/memory.usage_in_bytes", "1048576\n");
    is(MB);
}

Test(run_memory_files, a_full_group_has_a_byte) { /* 0 would be "no limit" */
    temp_write(CGROUP, "0::/a\n");
    temp_write(V2 "a/memory.max", "100\n");
    temp_write(V2 "a/memory.current", "500\n");
    is(1);
    temp_write(V2 "a/memory.max", "0\n");
    is(1);
}

Test(run_memory_files, garbage_is_no_limit) {
    static const char *const limits[] = {"",       "\n",       "12abc\n", "-5\n",
                                         "0x10\n", "\xff\xfe", "1,5\n",   "99999999999999999999999\n"};
    static const char *const lines[] = {"",       "0:",    "0::",        "0::a\n",
                                        "::/a\n", ":/a\n", "4:memory\n", "4:memorys:/a\n"};
    char text[4096] = "0::/";
    temp_write(CGROUP, "0::/a\n");
    temp_write(V2 "a/memory.current", "0\n");
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        temp_write(V2 "a/memory.max", limits[i]);
        is((size_t)1024 * MB);
    }
    temp_write(V1 "a/memory.limit_in_bytes", "4096\n");
    temp_write(V1 "a/memory.usage_in_bytes", "0\n");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        temp_write(CGROUP, lines[i]);
        is((size_t)1024 * MB);
    }
    memset(text + 4, 'x', sizeof text - 5); /* longer than any path */
    temp_write(CGROUP, text);
    is((size_t)1024 * MB);
    temp_write(CGROUP, "0::/../../..\n"); /* seen from another namespace */
    is((size_t)1024 * MB);
}
