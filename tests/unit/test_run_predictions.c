/* predictions.csv there and back, bad files, and what is counted from answers: confusion, the surest mistakes,
 * calibration. */
#include "run/predictions.h"
#include "run/reliability.h"
#include "support/temp.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char path[] = "predictions.csv";
static const char *const names[] = {"cat", "dog, small"};

TestSuite(run_predictions, .init = temp_enter, .fini = temp_leave);

static void add(dk_predictions *p, const char *picture, int truth, float first) {
    const float scores[] = {first, 1 - first};
    dk_error err = {0};
    cr_assert_eq(dk_predictions_add(p, picture, truth, scores, &err), DK_OK, "%s", err.text);
}

/* Sure and right, sure and wrong, unsure and wrong, a tie that counts for the first class. */
static void fill(dk_predictions *p) {
    dk_predictions_open(p, 2, names);
    add(p, "a.png", 0, .9f);
    add(p, "b \"x\", y.png", 0, .21f);
    add(p, "c.png", 1, .59f);
    add(p, "d.png", 1, .5f);
}

Test(run_predictions, there_and_back) {
    dk_predictions p, q;
    dk_error err = {0};
    fill(&p);
    cr_assert_eq(dk_predictions_save(&p, path, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_predictions_read(&q, path, &err), DK_OK, "%s", err.text);
    cr_assert_eq(q.count, 4);
    cr_assert_eq(q.classes, 2);
    cr_assert_str_eq(q.names[1], names[1]);
    for (int i = 0; i < 4; i++) {
        cr_assert_str_eq(q.rows[i].path, p.rows[i].path);
        cr_assert_eq(q.rows[i].truth, p.rows[i].truth);
        cr_assert_eq(q.rows[i].answer, p.rows[i].answer);
        cr_assert_float_eq(q.scores[2 * i], p.scores[2 * i], 1e-6f);
    }
    dk_predictions_close(&p);
    dk_predictions_close(&q);
}

Test(run_predictions, counts) {
    dk_predictions p;
    long counts[4];
    int worst[4];
    fill(&p);
    dk_predictions_confusion(&p, counts);
    const long wanted[] = {1, 1, 2, 0};
    cr_assert_arr_eq(counts, wanted, sizeof counts);
    cr_assert_eq(dk_predictions_worst(&p, 4, worst), 3);
    cr_assert_eq(worst[0], 1);
    cr_assert_eq(worst[1], 2);
    cr_assert_eq(worst[2], 3);
    cr_assert_eq(dk_predictions_worst(&p, 1, worst), 1);
    cr_assert_eq(worst[0], 1);
    dk_predictions_close(&p);
}

static void refuse(const char *text, const char *message) {
    dk_predictions p;
    dk_error err = {0};
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
    cr_assert_eq(dk_predictions_read(&p, path, &err), DK_EPARSE, "%s was taken", text);
    cr_assert(strstr(err.text, message), "'%s' lacks '%s'", err.text, message);
}

Test(run_predictions, bad_files) {
    refuse("path,truth,answer,score,a,b\n", ":1: column 4 must be 'probability'");
    refuse("path,truth,answer,probability\n", ":1: the scores of at least one class");
    refuse("path,truth,answer,probability,a,b\nx,a,c,1,1,0\n", ":2: answer: 'c' is none of the classes");
    refuse("path,truth,answer,probability,a,b\nx,q,a,1,1,0\n", ":2: truth: 'q' is none of the classes");
    refuse("path,truth,answer,probability,a,b\nx,a,a,1,1,0\ny,a,a,2,nan,0\n", ":3: a: 'nan' is no number");
    refuse("path,truth,answer,probability,a,b\nx,a,a,0.5,1,0\n", ":2: probability 0.5 is not the score");
}

/* By hand, with 15 bins: .9 is in the 14th (.867 … .933], .79 in the 12th, .59 in the 9th, .5 in the 8th. Each bin
 * has one answer: ECE = (|1 − .9| + |0 − .79| + |0 − .59| + |0 − .5|) / 4 = .495. */
Test(run_predictions, calibration) {
    dk_predictions p;
    dk_reliability r;
    fill(&p);
    dk_reliability_measure(&r, &p);
    cr_assert_float_eq(r.ece, .495, 1e-6);
    cr_assert_eq(r.count[13], 1);
    cr_assert_eq(r.count[11], 1);
    cr_assert_eq(r.count[8], 1);
    cr_assert_eq(r.count[7], 1);
    cr_assert_eq(r.accuracy[13], 1);
    cr_assert_float_eq(r.probability[11], .79, 1e-6);
    cr_assert(isnan(r.accuracy[0]));
    dk_predictions_close(&p);
}

/* Two answers of one bin: the mean of the bin counts, not each answer's own difference. */
Test(run_predictions, calibration_is_by_bin) {
    dk_predictions p;
    dk_reliability r;
    dk_predictions_open(&p, 2, names);
    add(&p, "a", 0, .9f);
    add(&p, "b", 1, .9f);
    add(&p, "c", 0, 1.f);
    dk_reliability_measure(&r, &p);
    cr_assert_eq(r.count[13], 2);
    cr_assert_eq(r.count[14], 1, "a probability of 1 is in the last bin");
    cr_assert_float_eq(r.ece, 2. / 3 * .4, 1e-6);
    dk_predictions_reset(&p);
    dk_reliability_measure(&r, &p);
    cr_assert_eq(r.ece, 0);
    dk_predictions_close(&p);
}
