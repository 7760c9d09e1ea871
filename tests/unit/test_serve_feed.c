/* Feeds: who puts never waits, who reads gets the newest. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "live/ui.h"
#include "serve/feed.h"

static dk_feed *feed;

static void open_feed(void) {
    cr_assert_eq(dk_feed_open(&feed, NULL), DK_OK);
}

static void close_feed(void) {
    dk_feed_close(feed);
}

TestSuite(serve_feed, .init = open_feed, .fini = close_feed, .timeout = 60);

static void put(const char *text) {
    cr_assert_eq(dk_feed_put(feed, text, strlen(text), NULL), DK_OK);
}

static void expect(const dk_piece *piece, long number, const char *text) {
    cr_assert_not_null(piece);
    cr_expect_eq(piece->number, number);
    cr_expect_eq(piece->size, strlen(text));
    cr_expect_eq(memcmp(piece->bytes, text, piece->size), 0);
}

Test(serve_feed, a_reader_misses_what_came_in_between_and_keeps_what_he_has) {
    const dk_piece *first = NULL, *then = NULL, *none = NULL;
    cr_expect_eq(dk_feed_take(feed, 0, .01, &none), DK_FEED_NONE);
    cr_expect_null(none);
    put("one");
    cr_expect_eq(dk_feed_take(feed, 0, 0, &first), DK_FEED_PIECE);
    put("two");
    put("three");
    cr_expect_eq(dk_feed_take(feed, first->number, 0, &then), DK_FEED_PIECE);
    expect(first, 1, "one");
    expect(then, 3, "three");
    cr_expect_eq(dk_feed_take(feed, 3, .01, &none), DK_FEED_NONE);
    cr_expect_eq(dk_feed_take(feed, DK_FEED_NOW, .01, &none), DK_FEED_NONE);
    dk_piece_leave(first);
    dk_piece_leave(then);
    dk_piece_leave(none);
}

Test(serve_feed, who_has_taken_the_newest_is_made_another_one) {
    const dk_piece *piece = NULL;
    cr_expect_not(dk_feed_wanted(feed));
    put("one");
    cr_expect_not(dk_feed_wanted(feed));
    cr_expect_eq(dk_feed_take(feed, 0, 0, &piece), DK_FEED_PIECE);
    cr_expect(dk_feed_wanted(feed));
    put("two"); /* which he who is slow does not take */
    cr_expect_not(dk_feed_wanted(feed));
    dk_piece_leave(piece);
}

Test(serve_feed, after_the_end_comes_the_newest_and_then_nothing) {
    const dk_piece *piece = NULL;
    put("last");
    dk_feed_end(feed);
    cr_expect_eq(dk_feed_take(feed, 0, 60, &piece), DK_FEED_PIECE);
    expect(piece, 1, "last");
    dk_piece_leave(piece);
    const double start = dk_clock_now();
    cr_expect_eq(dk_feed_take(feed, 1, 60, &piece), DK_FEED_END);
    cr_expect_lt(dk_clock_now() - start, 30);
}

enum { READERS = 4, PUTS = 2000 };
static atomic_int bad, done;

static void *read_all(void *user) {
    const dk_piece *piece = NULL;
    long number = 0, value = 0;
    while (dk_feed_take(feed, number, 60, &piece) == DK_FEED_PIECE) {
        memcpy(&value, piece->bytes, sizeof value);
        atomic_fetch_add(&bad,
                         piece->number <= number || value != piece->number || piece->size != sizeof value);
        number = piece->number;
        dk_piece_leave(piece);
    }
    atomic_fetch_add(&bad, number != PUTS);
    atomic_fetch_add(&done, 1);
    return user;
}

Test(serve_feed, readers_in_threads_see_rising_numbers_and_the_last_one) {
    pthread_t threads[READERS];
    for (int i = 0; i < READERS; i++) {
        cr_assert_eq(pthread_create(&threads[i], NULL, read_all, NULL), 0);
    }
    while (!dk_feed_wanted(feed)) {
    }
    for (long i = 1; i <= PUTS; i++) {
        cr_assert_eq(dk_feed_put(feed, &i, sizeof i, NULL), DK_OK);
    }
    dk_feed_end(feed);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
    }
    cr_expect_eq(atomic_load(&done), READERS);
    cr_expect_eq(atomic_load(&bad), 0);
    cr_expect_not(dk_feed_wanted(feed));
}

Test(live_ui, what_a_page_asks_for_is_set_or_refused) {
    dk_ui ui = {.bars = true};
    dk_error err = {0};
    cr_assert_eq(dk_ui_set(&ui, "paused=1&bars=0&pixelate=1&mirror=1&snapshot=1", &err), DK_OK);
    cr_expect(ui.paused && !ui.bars && ui.pixelate && ui.mirror && ui.snapshot && !ui.quit && !ui.record);
    cr_assert_eq(dk_ui_set(&ui, "paused=0", &err), DK_OK);
    cr_expect(!ui.paused && ui.mirror);
    const char *const wrong[] = {"",          "paused",    "paused=",   "paused=2",  "paused=10", "quit=1",
                                 "record=1",  "=1",        "paused=1&", "&",         "pause=1",   "Paused=1",
                                 "paused =1", "paused=1 ", "paused==1", "%70aused=1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_eq(dk_ui_set(&ui, wrong[i], &err), DK_EUSAGE, "'%s' was taken", wrong[i]);
    }
}
