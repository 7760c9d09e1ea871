/* Locks: one holder at a time, and none that is dead. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "support/temp.h"

TestSuite(base_lock, .init = temp_enter, .fini = temp_leave, .timeout = 30);

Test(base_lock, one_at_a_time) {
    dk_lock one, other;
    dk_error err = {0};
    long holder = 0;
    cr_assert_eq(dk_lock_take(&one, "l", &holder, &err), DK_OK, "%s", err.text);
    cr_expect_eq(holder, -1);
    cr_expect_eq(dk_lock_take(&other, "l", &holder, &err), DK_EIO);
    cr_expect_eq(holder, getpid());
    dk_lock_release(&one);
    dk_lock_release(&one);
    cr_expect(!dk_path_exists("l"));
    cr_assert_eq(dk_lock_take(&other, "l", &holder, &err), DK_OK, "%s", err.text);
    dk_lock_release(&other);
}

/* kill -9 leaves the file, but no lock. */
Test(base_lock, the_dead_hold_nothing) {
    int ready[2];
    char byte = 0;
    long holder = 0;
    dk_lock lock;
    dk_error err = {0};
    cr_assert_eq(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        const dk_status status = dk_lock_take(&lock, "l", &holder, &err);
        if (status == DK_OK && write(ready[1], "x", 1) == 1) {
            pause();
        }
        _exit(1);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_expect_eq(dk_lock_take(&lock, "l", &holder, &err), DK_EIO);
    cr_expect_eq(holder, child);
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, NULL, 0), child);
    cr_expect(dk_path_exists("l"));
    cr_assert_eq(dk_lock_take(&lock, "l", &holder, &err), DK_OK, "%s", err.text);
    dk_lock_release(&lock);
}

Test(base_lock, where_no_file_can_be) {
    dk_lock lock;
    dk_error err = {0};
    long holder = 0;
    cr_expect_eq(dk_lock_take(&lock, "nowhere/l", &holder, &err), DK_EIO);
    cr_expect_eq(holder, -1);
    cr_expect(strstr(err.text, "nowhere/l") != NULL, "%s", err.text);
    dk_lock_release(&lock);
}
