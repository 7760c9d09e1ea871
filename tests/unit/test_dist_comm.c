/* Ranks as threads: sums, gathered and shared bytes, what is agreed on, and a rank that leaves. */
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "dist/comm.h"

enum { MOST = 5, VALUES = 1003 };

typedef struct {
    dk_comm *comm;
    bool bf16;
    pthread_t thread;
    float values[VALUES];
    double doubles[VALUES];
    int numbers[MOST];
    char word[8];
    dk_status status;
    dk_error err;
} rank;

static rank ranks[MOST];

/* Runs `work` on each of `world` ranks, and waits. */
static void run(int world, void *(*work)(void *)) {
    dk_comm *comms[MOST];
    dk_error err = {0};
    memset(ranks, 0, sizeof ranks);
    cr_assert_eq(dk_comm_threads(comms, world, &err), DK_OK, "%s", err.text);
    for (int r = 0; r < world; r++) {
        ranks[r].comm = comms[r];
        cr_assert_eq(pthread_create(&ranks[r].thread, NULL, work, &ranks[r]), 0);
    }
    for (int r = 0; r < world; r++) {
        pthread_join(ranks[r].thread, NULL);
    }
}

/* Value i of a rank: sums of floats depend on their order. */
static float value(int r, int i) {
    return (float)(i % 7 + 1) * (r % 2 == 0 ? 1e8f : -1e8f) + (float)(r + i) * .3f;
}

static void *sum(void *user) {
    rank *const r = user;
    const dk_comm_kind *const k = r->comm->kind;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < VALUES; i++) {
            r->values[i] = value(r->comm->rank, i);
            r->doubles[i] = (double)i * (r->comm->rank + 1);
        }
        const int cut = VALUES / 3; /* as buckets come: from the end to the beginning, and one apart */
        r->status |= k->begin(r->comm, r->values + cut, VALUES - cut, r->bf16, &r->err);
        r->status |= k->look(r->comm, &r->err);
        r->status |= k->begin(r->comm, r->values + 1, (size_t)cut - 1, r->bf16, &r->err);
        r->status |= k->begin(r->comm, r->values, 1, r->bf16, &r->err);
        r->status |= k->finish(r->comm, &r->err);
        r->status |= k->total(r->comm, r->doubles, VALUES, &r->err);
    }
    dk_comm_close(r->comm, NULL);
    return NULL;
}

Test(dist_comm, sums_in_the_order_of_ranks, .timeout = 60) {
    for (int world = 2; world <= MOST; world++) {
        run(world, sum);
        for (int i = 0; i < VALUES; i++) {
            float wanted = value(0, i);
            for (int r = 1; r < world; r++) {
                wanted += value(r, i);
            }
            for (int r = 0; r < world; r++) {
                cr_assert_eq(ranks[r].status, DK_OK, "%s", ranks[r].err.text);
                cr_assert_eq(ranks[r].values[i], wanted, "%d ranks, rank %d, value %d: %g, not %g", world, r,
                             i, (double)ranks[r].values[i], (double)wanted);
                cr_assert_eq(ranks[r].doubles[i], (double)i * world * (world + 1) / 2);
            }
        }
    }
}

/* 1 + 2^-8 is halfway between two numbers of bf16. */
static void *sum_halves(void *user) {
    rank *const r = user;
    const float values[] = {1, 1 + 1 / 256.f, 1 + 3 / 256.f, -2, 3e38f, 1e-40f, 256};
    enum { COUNT = sizeof values / sizeof *values };
    memcpy(r->values, values, sizeof values);
    r->values[COUNT - 1] = r->comm->rank == 0 ? 256 : 1; /* 257 has nine digits: 256 */
    r->status |= r->comm->kind->begin(r->comm, r->values, COUNT, true, &r->err);
    r->status |= r->comm->kind->finish(r->comm, &r->err);
    dk_comm_close(r->comm, NULL);
    return NULL;
}

Test(dist_comm, sums_in_bf16_are_rounded_to_the_nearest_and_even, .timeout = 60) {
    run(2, sum_halves);
    for (int r = 0; r < 2; r++) {
        const float *const v = ranks[r].values;
        cr_assert_eq(ranks[r].status, DK_OK, "%s", ranks[r].err.text);
        cr_expect(v[0] == 2 && v[1] == 2 && v[2] == 2 * (1 + 4 / 256.f) && v[3] == -4 && v[6] == 256,
                  "%.9g %.9g %.9g %.9g %.9g", (double)v[0], (double)v[1], (double)v[2], (double)v[3],
                  (double)v[6]);
        cr_expect(isinf(v[4]) && fabsf(v[5] - 2e-40f) < 1e-40f);
    }
}

static void *hand_on(void *user) {
    rank *const r = user;
    const dk_comm_kind *const k = r->comm->kind;
    const int mine = 10 + r->comm->rank;
    snprintf(r->word, sizeof r->word, "word%d", r->comm->rank);
    r->status |= k->gather(r->comm, -1, &mine, sizeof mine, r->numbers, &r->err);
    r->status |= k->share(r->comm, 2, r->word, sizeof r->word, &r->err);
    int first[MOST] = {0};
    r->status |= k->gather(r->comm, 1, &mine, sizeof mine, r->comm->rank == 1 ? first : NULL, &r->err);
    r->status |= (r->comm->rank == 1) != (first[0] == 10);
    dk_comm_close(r->comm, NULL);
    return NULL;
}

Test(dist_comm, gathers_and_shares, .timeout = 60) {
    run(3, hand_on);
    for (int r = 0; r < 3; r++) {
        cr_expect_eq(ranks[r].status, DK_OK, "%s", ranks[r].err.text);
        cr_expect(ranks[r].numbers[0] == 10 && ranks[r].numbers[1] == 11 && ranks[r].numbers[2] == 12);
        cr_expect_str_eq(ranks[r].word, "word2");
    }
}

static void *agree(void *user) {
    rank *const r = user;
    dk_status mine = DK_OK;
    if (r->comm->rank == 0) {
        mine = dk_fail(&r->err, DK_ESTOPPED, "a wish");
    } else if (r->comm->rank > 1) {
        mine = dk_fail(&r->err, DK_EDATA, "a fault of %d", r->comm->rank);
    }
    r->status = dk_comm_agree(r->comm, mine, &r->err);
    dk_comm_close(r->comm, &r->err);
    return NULL;
}

static void *agree_on_nothing(void *user) {
    rank *const r = user;
    r->status = dk_comm_agree(r->comm, DK_OK, NULL);
    dk_comm_close(r->comm, NULL);
    return NULL;
}

Test(dist_comm, a_failure_outweighs_a_wish_and_is_known_to_all, .timeout = 60) {
    run(4, agree);
    for (int r = 0; r < 4; r++) {
        cr_expect_eq(ranks[r].status, DK_EDATA);
        cr_expect_str_eq(ranks[r].err.text, "rank 2: a fault of 2");
    }
    run(2, agree_on_nothing);
    cr_expect(ranks[0].status == DK_OK && ranks[1].status == DK_OK);
}

static void *leave(void *user) {
    rank *const r = user;
    if (r->comm->rank == 1) {
        (void)dk_fail(&r->err, DK_EBACKEND, "no more");
        dk_comm_close(r->comm, &r->err);
        return NULL;
    }
    r->status = r->comm->kind->total(r->comm, r->doubles, VALUES, &r->err);
    if (r->status == DK_OK) {
        r->status = r->comm->kind->finish(r->comm, &r->err);
    }
    dk_comm_close(r->comm, &r->err);
    return NULL;
}

Test(dist_comm, who_leaves_alone_ends_the_others, .timeout = 60) {
    run(3, leave);
    for (int r = 0; r < 3; r += 2) {
        cr_expect_eq(ranks[r].status, DK_EBACKEND);
        cr_expect_str_eq(ranks[r].err.text, "rank 1: no more");
    }
}

Test(dist_comm, one_rank_has_all_that_it_gives) {
    dk_comm c;
    double value = 3;
    int out = 0, in = 7;
    dk_error err = {0};
    dk_comm_alone(&c);
    cr_expect_eq(c.kind->total(&c, &value, 1, &err), DK_OK);
    cr_expect_eq(c.kind->gather(&c, 0, &in, sizeof in, &out, &err), DK_OK);
    cr_expect(value == 3 && out == 7 && c.world == 1 && c.cores >= 1);
    cr_expect_eq(dk_comm_agree(&c, dk_fail(&err, DK_EIO, "why"), &err), DK_EIO);
    cr_expect_str_eq(err.text, "why");
    dk_comm_close(&c, &err);
}
