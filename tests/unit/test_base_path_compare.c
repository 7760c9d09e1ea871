/* The order of numbered files, and walks in it. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "support/temp.h"

TestSuite(base_path_compare, .init = temp_enter, .fini = temp_leave);

Test(base_path_compare, numbers_are_numbers) {
    static const char *const ordered[] = {"",
                                          "10",
                                          "a",
                                          "frame",
                                          "frame-1",
                                          "frame1",
                                          "frame1.5",
                                          "frame1b",
                                          "frame2",
                                          "frame02x",
                                          "frame10",
                                          "frame10a2",
                                          "frame10a11",
                                          "frame99999999999999999999999998",
                                          "frame99999999999999999999999999",
                                          "frame100000000000000000000000000",
                                          "framea",
                                          "z"};
    const int n = (int)(sizeof ordered / sizeof *ordered);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            const int order = dk_path_compare(ordered[i], ordered[j]);
            cr_expect((order < 0) == (i < j) && (order > 0) == (i > j), "'%s' and '%s': %d", ordered[i],
                      ordered[j], order);
        }
    }
    cr_expect_eq(dk_path_compare("a01b", "a1b"), 0);
    cr_expect_eq(dk_path_compare("a000", "a0"), 0);
}

static dk_status note(void *user, const char *path, dk_error *err) {
    (void)err;
    dk_buffer_add(user, "%s ", path);
    return DK_OK;
}

Test(base_path_compare, a_walk_by_numbers_and_one_by_bytes) {
    static const char *const files[] = {"d/f10", "d/f9", "d/f010", "d/2/x", "d/10/x", "d/f1"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        temp_write(files[i], "");
    }
    dk_buffer numbered = {0}, bytes = {0};
    cr_assert_eq(dk_folder_walk_numbered("d", note, &numbered, NULL), DK_OK);
    cr_expect_str_eq(numbered.text, "d/2/x d/10/x d/f1 d/f9 d/f010 d/f10 ");
    cr_assert_eq(dk_folder_walk("d", note, &bytes, NULL), DK_OK);
    cr_expect_str_eq(bytes.text, "d/10/x d/2/x d/f010 d/f1 d/f10 d/f9 ");
    dk_buffer_free(&numbered);
    dk_buffer_free(&bytes);
}
