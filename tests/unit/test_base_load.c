/* What others keep busy, from texts as /proc/stat has them; and the machine at hand, of which only bounds are known. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/load.h"
#include "support/temp.h"

TestSuite(base_load, .init = temp_enter, .fini = temp_leave);

/* A look, at that time and with so many seconds of our own, at this text of two cores of four. */
static dk_load look(double at, double own, const char *text) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(1, &cores);
    CPU_SET(2, &cores);
    temp_write("stat", text);
    dk_load load = dk_load_look_at("stat", &cores);
    load.at = at;
    load.own = own;
    return load;
}

static double ticks(double seconds) {
    return seconds * (double)sysconf(_SC_CLK_TCK);
}

static const char before[] = "cpu  9 9 9 9 9 9 9 9 9 9\n"
                             "cpu0 5000 0 0 70 0 0 0 0 0 0\n"
                             "cpu1 10 0 0 70 5 0 0 0 0 0\n"
                             "cpu2 20 1 2 60 9 3 4 5 6 7\n"
                             "cpu3 100 0 0 70 0 0 0 0 0 0\n"
                             "intr 1 2 3\nprocs_running 3\nprocs_blocked 7\n";

/* The same cores later: core 1 worked for `one` ticks more, and core 2 for one in each field but idle, iowait and guests. */
static dk_load later(double at, double own, double one) {
    char text[512];
    snprintf(text, sizeof text,
             "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 9999 0 0 70 0 0 0 0 0 0\ncpu1 %.0f 0 0 999 99 0 0 0 0 0\n"
             "cpu2 21 2 3 999 99 4 5 6 88 99\ncpu3 999 0 0 70 0 0 0 0 0 0\nprocs_running 1\n",
             10 + one);
    return look(at, own, text);
}

Test(base_load, counts_the_work_of_our_cores) {
    const dk_load a = look(0, 0, before);
    cr_expect_eq(a.cores, 2);
    cr_expect_eq(a.running, 3);
    cr_expect_float_eq(ticks(a.busy), 45, 1e-9, "%g ticks", ticks(a.busy));
    const dk_load b = later(0, 0, 100);
    cr_expect_eq(b.running, 1);
    cr_expect_float_eq(ticks(b.busy), 45 + 100 + 6, 1e-9, "%g ticks", ticks(b.busy));
}

Test(base_load, others_are_what_is_not_ours) {
    const dk_load a = look(100, 7, before);
    const dk_load b = later(102, 7.5, ticks(2) - 6);
    cr_expect_float_eq(dk_load_others(&a, &b), (2 - .5) / 2, 1e-9);
    const dk_load ours = later(102, 9.5, ticks(2) - 6); /* the kernel's ticks are behind our own clock */
    cr_expect_eq(dk_load_others(&a, &ours), 0);
    const dk_load most = later(100.001, 7, ticks(2));
    cr_expect_eq(dk_load_others(&a, &most), 2);
    cr_expect_eq(dk_load_others(&a, &a), 0);
}

Test(base_load, what_is_not_known_is_no_load) {
    static const char *const texts[] = {
        "",     "cpu  1 2 3\n", "cpu0 1 2 3\n", "cpu9999999999999999999 1 2 3\n", "cpux 1\ncpu 1 2 3 4\n",
        "\ncpu"};
    const dk_load a = look(0, 0, before);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const dk_load b = look(1, 0, texts[i]);
        cr_expect_eq(b.cores, 0, "%s", texts[i]);
        cr_expect_eq(dk_load_others(&a, &b), 0);
        cr_expect_eq(dk_load_others(&b, &a), 0);
    }
    cpu_set_t none;
    CPU_ZERO(&none);
    cr_expect_eq(dk_load_look_at("nowhere", &none).cores, 0);
}

/* Kernels before 2.6.33 have fewer fields. */
Test(base_load, short_lines_end_where_they_end) {
    const dk_load a = look(0, 0, "cpu1 1 2 3 4\ncpu2 5 6\nintr 1000\nprocs_running 2\n");
    cr_expect_eq(a.cores, 2);
    cr_expect_float_eq(ticks(a.busy), 1 + 2 + 3 + 5 + 6, 1e-9);
}

Test(base_load, a_core_counts_from_three_quarters_on) {
    cr_expect_eq(dk_load_left(8, 0), 8);
    cr_expect_eq(dk_load_left(8, .74), 8);
    cr_expect_eq(dk_load_left(8, .75), 7);
    cr_expect_eq(dk_load_left(8, 1.2), 7);
    cr_expect_eq(dk_load_left(8, 3), 5);
    cr_expect_eq(dk_load_left(2, 2), 1);
    cr_expect_eq(dk_load_left(1, 1), 1);
}

Test(base_load, the_machine_at_hand) {
    const dk_load a = dk_load_look();
    cr_expect(a.cores == 0 || a.cores == dk_load_cores(), "%d of %d", a.cores, dk_load_cores());
    cr_expect(a.running >= 0 && a.busy >= 0 && a.own > 0);
    const dk_load b = dk_load_look();
    cr_expect(b.at > a.at && b.busy >= a.busy && b.own >= a.own);
    const double others = dk_load_others(&a, &b);
    cr_expect(others >= 0 && others <= b.cores, "%g", others);
}
