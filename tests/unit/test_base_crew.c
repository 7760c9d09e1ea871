/* A crew does every share once, whatever the number of threads and shares; it waits for nobody who has no share; and
 * what each thread has of its own is its own. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/crew.h"

enum { MOST_THREADS = 8 };

static dk_crew *open(int threads, void (*begin)(void)) {
    dk_crew *crew = NULL;
    dk_error err = {.status = DK_OK};
    cr_assert_eq(dk_crew_open(&crew, threads, begin, &err), DK_OK, "%s", err.text);
    return crew;
}

typedef struct {
    atomic_int *times; /* that each share was done */
    atomic_int odd;    /* threads that are none of the crew's */
    int threads;
} counts;

static void count(void *self, int share) {
    counts *c = self;
    const int thread = dk_crew_thread();
    atomic_fetch_add(&c->times[share], 1);
    if (thread < 0 || thread >= c->threads) {
        atomic_fetch_add(&c->odd, 1);
    }
}

static void do_and_check(dk_crew *crew, int threads, int shares) {
    counts c = {.times = calloc((size_t)shares + 1, sizeof *c.times), .threads = threads};
    cr_assert_not_null(c.times);
    dk_crew_do(crew, shares, count, &c);
    for (int s = 0; s <= shares; s++) {
        cr_assert_eq(atomic_load(&c.times[s]), s < shares, "%d threads: share %d of %d was done %d times",
                     threads, s, shares, atomic_load(&c.times[s]));
    }
    cr_expect_eq(atomic_load(&c.odd), 0);
    free(c.times);
}

Test(base_crew, every_share_is_done_once) {
    static const int shares[] = {0, 1, 2, 3, 7, 64, 1000};
    for (int threads = 1; threads <= MOST_THREADS; threads++) {
        dk_crew *crew = open(threads, NULL);
        for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
            do_and_check(crew, threads, shares[i]);
        }
        dk_crew_close(crew);
    }
}

Test(base_crew, so_many_shares_are_done_that_the_ticket_has_no_room_for_them) {
    dk_crew *crew = open(3, NULL);
    do_and_check(crew, 3, (1 << 20) + 5);
    dk_crew_close(crew);
}

/* Short pieces, one after the other, with pauses in which the others fall asleep: no share is lost or done twice. */
Test(base_crew, pieces_follow_one_another) {
    dk_crew *crew = open(4, NULL);
    for (int i = 0; i < 3000; i++) {
        do_and_check(crew, 4, i % 9);
        if (i % 300 == 0) {
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        }
    }
    dk_crew_close(crew);
}

typedef struct {
    atomic_int done;
    atomic_bool go;
} hold;

/* Share 0 goes on only when all the others are done. */
static void hold_first(void *self, int share) {
    hold *h = self;
    if (share > 0) {
        atomic_store(&h->go, atomic_fetch_add(&h->done, 1) + 1 == 20);
    } else {
        while (!atomic_load(&h->go)) {
        }
    }
}

Test(base_crew, who_is_held_up_holds_up_nobody, .timeout = 60) {
    dk_crew *crew = open(2, NULL);
    hold h = {.done = 0};
    dk_crew_do(crew, 21, hold_first, &h);
    cr_expect_eq(atomic_load(&h.done), 20);
    dk_crew_close(crew);
}

static atomic_int begun;

static void begin(void) {
    atomic_fetch_add(&begun, 1);
}

Test(base_crew, each_of_the_others_begins_first) {
    atomic_store(&begun, 0);
    dk_crew_close(open(5, begin));
    cr_expect_eq(atomic_load(&begun), 4);
    cr_expect_eq(dk_crew_thread(), 0);
    dk_crew_close(NULL);
}
