/* Error texts: one line, never overrun, codes kept. */
#include <criterion/criterion.h>
#include <errno.h>
#include <locale.h>
#include <string.h>

#include "base/log.h"
#include "base/status.h"

Test(base_status, every_code_has_a_name) {
    cr_assert_str_eq(dk_status_name(DK_OK), "ok");
    cr_assert_str_eq(dk_status_name(DK_EBACKEND), "engine failure");
    cr_assert_str_eq(dk_status_name((dk_status)99), "unknown status");
    cr_assert_str_eq(dk_version(), DK_VERSION);
}

Test(base_status, fail_fills_the_error_and_returns_the_code) {
    dk_error err = {0};
    cr_assert_eq(dk_fail(&err, DK_EPARSE, "a.cfg:%d: %s", 3, "no"), DK_EPARSE);
    cr_assert_eq(err.status, DK_EPARSE);
    cr_assert_str_eq(err.text, "a.cfg:3: no");
    cr_assert_eq(dk_fail(NULL, DK_EIO, "nobody listens"), DK_EIO);
}

Test(base_status, a_system_call_says_why) {
    dk_error err = {0};
    errno = ENOENT;
    cr_assert_eq(dk_fail_errno(&err, "cannot read '%s'", "a"), DK_EIO);
    cr_assert_eq(err.status, DK_EIO);
    cr_assert_str_eq(err.text, "cannot read 'a': No such file or directory");
}

Test(base_status, an_argument_may_be_the_old_text) {
    dk_error err = {0};
    (void)dk_fail(&err, DK_EIO, "inner");
    (void)dk_fail(&err, DK_EDATA, "outer: %s", err.text);
    cr_assert_str_eq(err.text, "outer: inner");
    cr_assert_eq(dk_error_prefix(&err, DK_EDATA, "list %d", 7), DK_EDATA);
    cr_assert_str_eq(err.text, "list 7: outer: inner");
    cr_assert_eq(dk_error_prefix(NULL, DK_EDATA, "list %d", 7), DK_EDATA,
                 "a failure without a reader is one");
}

Test(base_status, control_characters_cannot_reach_a_terminal) {
    dk_error err = {0};
    (void)dk_fail(&err, DK_EIO, "cannot read '%s'", "a\033[2J\nb");
    cr_assert_str_eq(err.text, "cannot read 'a\\x1b[2J\\x0ab'");
}

Test(base_status, a_long_text_ends_in_dots_and_whole_characters) {
    char big[3000] = "";
    for (int i = 0; i < 1000; i++) {
        strcat(big, "é");
    }
    for (int shift = 0; shift < 2; shift++) {
        dk_error err = {0};
        (void)dk_fail(&err, DK_EIO, "%s%s", shift ? "x" : "", big);
        const size_t n = strlen(err.text);
        cr_assert_lt(n, sizeof err.text);
        cr_assert_gt(n, sizeof err.text - 8);
        cr_assert_str_eq(err.text + n - 5, "é…");
        (void)dk_error_prefix(&err, DK_EIO, "%s", "file");
        cr_assert_eq(strncmp(err.text, "file: ", 6), 0);
        cr_assert_str_eq(err.text + strlen(err.text) - 3, "…");
    }
}

typedef struct {
    int level;
    char text[64];
} heard;

static void listen(void *user, int level, const char *text) {
    heard *const h = user;
    h->level = level;
    strncpy(h->text, text, sizeof h->text - 1);
}

Test(base_status, messages_go_to_the_callback_or_nowhere) {
    heard h = {.level = -1};
    const dk_log log = {.write = listen, .user = &h}, silent = {0};
    dk_warn(&log, "%d bad", 3);
    cr_assert_eq(h.level, 1);
    cr_assert_str_eq(h.text, "3 bad");
    dk_note(&log, "fine");
    cr_assert_eq(h.level, 0);
    dk_note(&silent, "nothing");
    dk_warn(NULL, "nothing");
}
