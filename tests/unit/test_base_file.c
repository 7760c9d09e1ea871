/* Files and folders: what cannot be read, what a crash or a full disk leaves, the order of a walk. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "support/temp.h"

TestSuite(base_file, .init = temp_enter, .fini = temp_leave);

static void write_text(const char *path, const char *text) {
    dk_error err = {0};
    cr_assert_eq(dk_file_write(path, text, strlen(text), &err), DK_OK, "%s", err.text);
}

static void expect_text(const char *path, const char *text) {
    uint8_t *bytes;
    size_t size;
    dk_error err = {0};
    cr_assert_eq(dk_file_read(path, 0, &bytes, &size, &err), DK_OK, "%s", err.text);
    cr_assert_eq(size, strlen(text));
    cr_assert_str_eq((char *)bytes, text);
    free(bytes);
}

/* Where this process writes before it renames. */
static const char *aside(const char *path) {
    static char name[64];
    snprintf(name, sizeof name, "%s.%ld.tmp", path, (long)getpid());
    return name;
}

static void expect_unreadable(const char *path, size_t limit, const char *why) {
    uint8_t *bytes;
    size_t size;
    dk_error err = {0};
    cr_assert_neq(dk_file_read(path, limit, &bytes, &size, &err), DK_OK);
    cr_assert_null(bytes);
    cr_assert_not_null(strstr(err.text, why), "%s", err.text);
}

Test(base_file, what_was_written_is_read) {
    write_text("a b", "hello");
    expect_text("a b", "hello");
    write_text("a b", "");
    expect_text("a b", "");
    cr_assert_not(dk_path_exists(aside("a b")));
}

Test(base_file, unreadable_things_say_why) {
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    write_text("five", "12345");
    expect_unreadable("missing", 0, "cannot read 'missing': No such file or directory");
    expect_unreadable(".", 0, "it is a folder");
    expect_unreadable("pipe", 0, "pipe or device");
    expect_unreadable("/dev/zero", 0, "pipe or device");
    expect_unreadable("five", 4, "larger than 4 bytes");
    expect_unreadable("five/x", 0, "Not a directory");
    expect_unreadable("", 0, "No such file");
}

/* /proc says 0 bytes for every file. */
Test(base_file, a_size_that_is_not_known_beforehand) {
    uint8_t *bytes;
    size_t size;
    dk_error err = {0};
    cr_assert_eq(dk_file_read("/proc/self/status", 0, &bytes, &size, &err), DK_OK, "%s", err.text);
    cr_assert_gt(size, 100);
    cr_assert_eq(strlen((char *)bytes), size);
    free(bytes);
    expect_unreadable("/proc/self/status", 100, "larger than 100 bytes");
}

Test(base_file, an_abandoned_file_leaves_the_old_one) {
    write_text("f", "old");
    dk_writer w;
    dk_error err = {0};
    cr_assert_eq(dk_writer_open(&w, "f", &err), DK_OK);
    fputs("new", w.f);
    fflush(w.f);
    expect_text("f", "old");
    expect_text(aside("f"), "new");
    dk_writer_abandon(&w);
    dk_writer_abandon(&w);
    expect_text("f", "old");
    cr_assert_not(dk_path_exists(aside("f")));
}

Test(base_file, a_leftover_of_a_crash_is_no_hindrance) {
    cr_assert_eq(symlink("elsewhere", aside("f")), 0);
    write_text("elsewhere", "kept");
    write_text("f", "new");
    expect_text("f", "new");
    expect_text("elsewhere", "kept");
}

Test(base_file, two_programs_may_write_one_file) {
    dk_writer w;
    dk_error err = {0};
    cr_assert_eq(dk_writer_open(&w, "f", &err), DK_OK);
    fputs("ours", w.f);
    fflush(w.f);
    const pid_t other = fork();
    if (other == 0) {
        _exit(dk_file_write("f", "theirs", 6, NULL));
    }
    int status = -1;
    cr_assert_eq(waitpid(other, &status, 0), other);
    cr_assert_eq(status, 0);
    expect_text("f", "theirs");
    cr_assert_eq(dk_writer_commit(&w, &err), DK_OK, "%s", err.text);
    expect_text("f", "ours");
}

Test(base_file, a_full_disk_leaves_the_old_file) {
    write_text("f", "old");
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    char big[5000];
    memset(big, 'x', sizeof big);
    dk_error at_write = {0}, at_flush = {0}, at_end = {0};
    const dk_status first = dk_file_write("f", big, sizeof big, &at_write);
    const dk_status second = dk_file_write("f", big, 1500, &at_flush);
    dk_writer w;
    const dk_status opened = dk_writer_open(&w, "f", NULL);
    for (int i = 0; i < 3; i++) { /* the middle one fails; nobody looks */
        const size_t n = fwrite(big, 1, i == 1 ? 5000 : 10, w.f);
        (void)n;
    }
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
    const dk_status third = dk_writer_commit(&w, &at_end); /* there is room again, yet a piece is missing */
    cr_assert_eq(first, DK_EIO);
    cr_assert_eq(second, DK_EIO);
    cr_assert_eq(opened, DK_OK);
    cr_assert_eq(third, DK_EIO);
    cr_assert_not_null(strstr(at_write.text, "cannot write 'f': "), "%s", at_write.text);
    cr_assert_not_null(strstr(at_flush.text, "File too large"), "%s", at_flush.text);
    cr_assert_not_null(strstr(at_end.text, "cannot write 'f': "), "%s", at_end.text);
    expect_text("f", "old");
    cr_assert_not(dk_path_exists(aside("f")));
}

Test(base_file, what_is_added_is_whole_or_not_there) {
    dk_error err = {0};
    char big[5000];
    memset(big, 'x', sizeof big);
    cr_assert_eq(dk_file_append("f", "one\n", 4, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_file_append("f", "two\n", 4, &err), DK_OK, "%s", err.text);
    signal(SIGXFSZ, SIG_IGN);
    const struct rlimit small = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    const dk_status status = dk_file_append("f", big, sizeof big, &err);
    const struct rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
    cr_assert_eq(status, DK_EIO);
    cr_assert_not_null(strstr(err.text, "cannot write 'f': File too large"), "%s", err.text);
    expect_text("f", "one\ntwo\n");
    cr_assert_eq(dk_file_append("nowhere/f", "x", 1, &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "nowhere/f"), "%s", err.text);
}

Test(base_file, what_cannot_be_written) {
    dk_error err = {0};
    cr_assert_eq(dk_file_write("no/such/f", "x", 1, &err), DK_EIO);
    cr_assert_str_eq(err.text, "cannot write 'no/such/f': No such file or directory");
    cr_assert_eq(dk_file_write("..", "x", 1, &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "it is a folder"), "%s", err.text);
    cr_assert_eq(dk_file_write("/dev/null", "x", 1, &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "pipe or device"), "%s", err.text);
}

Test(base_file, folders_are_made_with_those_above) {
    dk_error err = {0};
    cr_assert_eq(dk_folder_make("a/b//c/", &err), DK_OK, "%s", err.text);
    cr_assert(dk_path_is_folder("a/b/c"));
    cr_assert_eq(dk_folder_make("a/b", &err), DK_OK);
    cr_assert_eq(dk_folder_make("/", &err), DK_OK);
    write_text("a/file", "x");
    cr_assert_eq(dk_folder_make("a/file/d", &err), DK_EIO);
    cr_assert_not_null(strstr(err.text, "cannot make the folder 'a/file/d': "), "%s", err.text);
    cr_assert_eq(dk_folder_make("a/file", &err), DK_EIO);
    cr_assert_eq(dk_folder_writable("a/b", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_folder_writable("a/none", &err), DK_EIO);
    cr_assert_eq(dk_folder_writable("/proc", &err), DK_EIO);
}

Test(base_file, shared_files_are_found_by_their_short_name) {
    dk_arena *const arena = dk_arena_open();
    write_text("here.cfg", "x");
    cr_assert_str_eq(dk_share_find("here.cfg", arena), "here.cfg");
    cr_assert_str_eq(dk_share_find("cfg/nowhere.cfg", arena), "cfg/nowhere.cfg");
    cr_assert_str_eq(dk_share_find("/no/where", arena), "/no/where");
    dk_arena_fail_at(arena, 1);
    cr_assert_null(dk_share_find("here.cfg", arena));
    cr_assert_null(dk_share_find("cfg/nowhere.cfg", arena));
    dk_arena_close(arena);
}

static dk_status collect(void *user, const char *path, dk_error *err) {
    dk_buffer *const b = user;
    dk_buffer_add(b, "%s ", path);
    return strstr(path, "stop") != NULL ? dk_fail(err, DK_ESTOPPED, "at %s", path) : DK_OK;
}

Test(base_file, a_walk_is_in_the_order_of_whole_paths) {
    dk_error err = {0};
    cr_assert_eq(dk_folder_make("w/a/z", &err), DK_OK);
    cr_assert_eq(dk_folder_make("w/a-b", &err), DK_OK);
    cr_assert_eq(dk_folder_make("w/.git", &err), DK_OK);
    static const char *const files[] = {"w/a/2", "w/a/z/1", "w/a.x", "w/a-b/1", "w/.git/no", "w/.no", "w/a0"};
    for (int i = 0; i < 7; i++) {
        write_text(files[i], "x");
    }
    cr_assert_eq(symlink("..", "w/a/loop"), 0);
    cr_assert_eq(symlink("nowhere", "w/dangling"), 0);
    cr_assert_eq(symlink("a/2", "w/link"), 0);
    cr_assert_eq(mkfifo("w/pipe", 0600), 0);
    dk_buffer b = {0};
    cr_assert_eq(dk_folder_walk("w", collect, &b, &err), DK_OK, "%s", err.text);
    cr_assert_str_eq(b.text, "w/a-b/1 w/a.x w/a/2 w/a/z/1 w/a0 w/dangling w/link ");
    dk_buffer_free(&b);
    expect_unreadable("w/dangling", 0,
                      "cannot read 'w/dangling': it is a link to 'nowhere', which is not there");
}

Test(base_file, a_walk_passes_over_what_other_systems_leave) {
    static const char *const folders[] = {"w/__MACOSX/sad", "w/sad/@eaDir", "w/lost+found", "w/$RECYCLE.BIN"};
    dk_error err = {0};
    dk_buffer b = {0};
    for (int i = 0; i < 4; i++) {
        dk_buffer path = {0};
        cr_assert_eq(dk_folder_make(folders[i], &err), DK_OK);
        dk_buffer_add(&path, "%s/1.png", folders[i]);
        write_text(path.text, "x");
        dk_buffer_free(&path);
    }
    static const char *const files[] = {"w/sad/._1.png", "w/sad/.DS_Store", "w/sad/Thumbs.db",
                                        "w/desktop.INI", "w/sad/1.png"};
    for (int i = 0; i < 5; i++) {
        write_text(files[i], "x");
    }
    cr_assert_eq(dk_folder_walk("w", collect, &b, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(b.text, "w/sad/1.png ");
    dk_buffer_free(&b);
    cr_assert_eq(dk_folder_walk("w/__MACOSX", collect, &b, &err), DK_OK); /* one that is named is meant */
    cr_expect_str_eq(b.text, "w/__MACOSX/sad/1.png ");
    dk_buffer_free(&b);
}

/* Links into other folders are followed, those to a folder above are not, be it above the beginning of the walk. */
Test(base_file, a_walk_follows_links_down_only) {
    dk_error err = {0};
    dk_buffer b = {0};
    cr_assert_eq(dk_folder_make("set/train/sad", &err), DK_OK);
    cr_assert_eq(dk_folder_make("set/test/sad", &err), DK_OK);
    cr_assert_eq(dk_folder_make("elsewhere/happy/deep", &err), DK_OK);
    write_text("set/train/sad/1.png", "x");
    write_text("set/test/sad/2.png", "x");
    write_text("elsewhere/happy/3.png", "x");
    cr_assert_eq(symlink("../..", "set/train/sad/up"), 0);
    cr_assert_eq(symlink("../../elsewhere/happy", "set/train/happy"), 0);
    cr_assert_eq(symlink("../..", "elsewhere/happy/deep/up"), 0);
    cr_assert_eq(symlink("self", "set/train/self"), 0);
    cr_assert_eq(symlink("set", "link"), 0);
    cr_assert_eq(dk_folder_walk("link/train", collect, &b, &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(b.text, "link/train/happy/3.png link/train/sad/1.png link/train/self ");
    dk_buffer_free(&b);
}

Test(base_file, a_visit_that_fails_ends_the_walk) {
    dk_error err = {0};
    dk_buffer b = {0};
    write_text("a", "x");
    write_text("stop", "x");
    write_text("z", "x");
    cr_assert_eq(dk_folder_walk("./", collect, &b, &err), DK_ESTOPPED);
    cr_assert_str_eq(err.text, "at ./stop");
    cr_assert_str_eq(b.text, "./a ./stop ");
    dk_buffer_free(&b);
    cr_assert_eq(dk_folder_walk("none", collect, &b, &err), DK_EIO);
    cr_assert_str_eq(err.text, "cannot read the folder 'none': No such file or directory");
}

Test(base_file, paths_that_are_one_file) {
    write_text("a", "x");
    write_text("b", "x");
    cr_assert_eq(link("a", "hard"), 0);
    cr_assert_eq(symlink("a", "soft"), 0);
    cr_expect(dk_path_same("a", "hard"));
    cr_expect(dk_path_same("soft", "a"));
    cr_expect_not(dk_path_same("a", "b"), "equal, but two files");
    cr_expect_not(dk_path_same("nowhere", "nowhere"));
}

/* ---- links and what the dead have left ---- */

Test(base_file, a_link_is_never_written_through) {
    dk_error err = {0};
    write_text("precious", "precious");
    cr_assert_eq(symlink("precious", "log"), 0);
    cr_assert_eq(symlink("nowhere", "fresh"), 0);
    cr_expect_eq(dk_file_append("log", "more", 4, &err), DK_EIO);
    cr_expect(strstr(err.text, "'log': it is a link") != NULL, "%s", err.text);
    cr_expect_eq(dk_file_append("fresh", "more", 4, &err), DK_EIO);
    cr_expect(!dk_path_exists("nowhere"));
    cr_assert_eq(symlink("precious", aside("new")), 0); /* in the place where it is written first */
    write_text("new", "new");
    write_text("log", "instead"); /* takes the place of the link */
    expect_text("new", "new");
    expect_text("log", "instead");
    expect_text("precious", "precious");
}

Test(base_file, a_pipe_is_not_waited_for, .timeout = 20) {
    dk_error err = {0};
    cr_assert_eq(mkfifo("pipe", 0600), 0);
    cr_expect_eq(dk_file_append("pipe", "more", 4, &err), DK_EIO);
    cr_expect_eq(dk_writer_probe("pipe", &err), DK_EIO);
    cr_expect_eq(dk_writer_probe("nowhere/x", &err), DK_EIO);
    cr_expect_eq(dk_writer_probe("", &err), DK_EIO);
    cr_expect_eq(dk_writer_probe("./", &err), DK_EIO);
    cr_expect_eq(dk_writer_probe("x", &err), DK_OK, "%s", err.text);
    cr_expect(!dk_path_exists("x") && !dk_path_exists(aside("x")));
}

Test(base_file, sweep_takes_what_the_dead_have_left_alone) {
    char dead[2][64], other[64];
    const pid_t child = fork();
    if (child == 0) {
        _exit(0);
    }
    cr_assert_eq(waitpid(child, NULL, 0), child);
    snprintf(dead[0], sizeof dead[0], "a.%ld.tmp", (long)child);
    snprintf(dead[1], sizeof dead[1], "b.c.%ld.tmp", (long)child);
    snprintf(other, sizeof other, "other.%ld.tmp", (long)child);
    const char *const kept[] = {"a.tmp",   "a.x.tmp", "a.0.tmp", "a.99999999999999999999.tmp",
                                "a.1.tmp", ".7.tmp",  aside("a")};
    enum { KEPT = sizeof kept / sizeof *kept };
    for (int i = 0; i < KEPT; i++) {
        write_text(kept[i], "kept");
    }
    write_text(dead[0], "half");
    write_text(dead[1], "half");
    write_text(other, "another's");
    dk_writer_sweep(".", (const char *const[]){"a", "b.c", NULL});
    cr_expect(!dk_path_exists(dead[0]) && !dk_path_exists(dead[1]) && dk_path_exists(other));
    dk_writer_sweep(".", NULL);
    cr_expect(!dk_path_exists(other));
    for (int i = 0; i < KEPT; i++) {
        cr_expect(dk_path_exists(kept[i]), "%s", kept[i]);
    }
    dk_writer_sweep("nowhere", NULL);
    dk_error err = {0};
    snprintf(other, sizeof other, "folder/a.%ld.tmp", (long)child);
    cr_assert_eq(dk_folder_make("folder", &err), DK_OK);
    write_text(dead[0], "half");
    write_text(dead[1], "another's");
    write_text(other, "half");
    cr_expect_eq(dk_writer_probe("a", &err), DK_OK, "%s", err.text);
    cr_expect(!dk_path_exists(dead[0]) && dk_path_exists(dead[1]) && dk_path_exists(other));
    cr_expect_eq(dk_writer_probe("folder/a", &err), DK_OK, "%s", err.text);
    cr_expect(!dk_path_exists(other));
}
