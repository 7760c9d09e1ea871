/* Turns: one at a time; of each visitor the newest waits, and few without a name. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "live/turns.h"

enum { NAMELESS = 5, CALLERS = 3 + NAMELESS };

static dk_turns *turns;
static atomic_int open, done, refused, at_once, most;

static void open_turns(void) {
    cr_assert_eq(dk_turns_open(&turns, NULL), DK_OK);
}

static void close_turns(void) {
    dk_turns_close(turns);
}

TestSuite(live_turns, .init = open_turns, .fini = close_turns, .timeout = 60);

static void wait_for(atomic_int *value, int wanted) {
    while (atomic_load(value) < wanted) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static dk_status turn(void *user, dk_error *err) {
    (void)user, (void)err;
    const int now = atomic_fetch_add(&at_once, 1) + 1;
    if (now > atomic_load(&most)) {
        atomic_store(&most, now);
    }
    wait_for(&open, 1);
    atomic_fetch_sub(&at_once, 1);
    atomic_fetch_add(&done, 1);
    return DK_OK;
}

static void *caller(void *who) {
    dk_error err = {0};
    const dk_status status = dk_turns_take(turns, who, turn, NULL, &err);
    cr_expect(status == DK_OK || status == DK_ENOMEM);
    atomic_fetch_add(&refused, status == DK_ENOMEM);
    return NULL;
}

static pthread_t start(const char *who) {
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, caller, (void *)(uintptr_t)who), 0);
    return thread;
}

Test(live_turns, of_each_the_newest_waits_and_few_without_a_name) {
    pthread_t threads[CALLERS];
    threads[0] = start("first");
    wait_for(&at_once, 1);
    threads[1] = start("second");
    threads[2] =
        start("second"); /* takes the place of the other, which is told so while the first is at it */
    wait_for(&refused, 1);
    for (int i = 3; i < CALLERS; i++) {
        threads[i] = start(NULL);
    }
    wait_for(&refused, 2);
    cr_expect_eq(atomic_load(&done), 0);
    atomic_store(&open, 1);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], NULL);
    }
    cr_expect_eq(atomic_load(&done), CALLERS - 2);
    cr_expect_eq(atomic_load(&refused), 2);
    cr_expect_eq(atomic_load(&most), 1);
}

static dk_status fail(void *user, dk_error *err) {
    (void)user;
    return dk_fail(err, DK_EFORMAT, "broken");
}

Test(live_turns, what_a_turn_says_is_returned_with_its_reason) {
    dk_error err = {0};
    cr_expect_eq(dk_turns_take(turns, "first", fail, NULL, &err), DK_EFORMAT);
    cr_expect_str_eq(err.text, "broken");
}
