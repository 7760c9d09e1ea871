/* What grows with the number of classes is counted before a run. */
#include <criterion/criterion.h>
#include <string.h>

#include "run/answers.h"

Test(run_answers, what_fits_and_what_does_not) {
    const dk_answers_plan small = {
        .path = "x.data", .classes = 7, .views = 64, .passes = 2, .kept = 3589, .tables = 1};
    dk_answers_plan plan = small;
    dk_error err = {0};
    cr_expect_eq(dk_answers_check(&plan, 1 << 20, &err), DK_OK);
    plan.used = 1 << 20;
    cr_expect_eq(dk_answers_check(&plan, 1 << 20, &err), DK_ENOMEM, "the nets' bytes count");
    cr_expect_eq(dk_answers_check(&plan, 0, &err), DK_OK, "0 is no limit");
    plan = small;
    plan.kept = 1000000000; /* 28 GB */
    cr_expect_eq(dk_answers_check(&plan, (size_t)20 << 30, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "answers that are kept 28000.0"), "%s", err.text);
    plan = small;
    plan.kept = 0;
    plan.classes = 1000000; /* 64 pictures, 2 loaders, 8 rows: 4 GB */
    cr_expect_eq(dk_answers_check(&plan, (size_t)4 << 30, &err), DK_OK);
    cr_expect_eq(dk_answers_check(&plan, (size_t)3 << 30, &err), DK_ENOMEM);
    cr_expect_not_null(strstr(err.text, "x.data: the scores of 1,000,000 classes"), "%s", err.text);
    cr_expect_eq(dk_answers_check(&plan, 1, NULL), DK_ENOMEM);
}

/* 4,096 classes have a table of their squares, 4,097 have none. */
Test(run_answers, tables_are_counted) {
    dk_answers_plan plan = {.path = "x.data", .classes = 4096, .views = 1, .passes = 1, .tables = 1};
    cr_expect_eq(dk_answers_check(&plan, (size_t)130 << 20, NULL), DK_OK);
    cr_expect_eq(dk_answers_check(&plan, (size_t)127 << 20, NULL), DK_ENOMEM);
    plan.classes = 4097;
    cr_expect_eq(dk_answers_check(&plan, (size_t)1 << 20, NULL), DK_OK);
}
