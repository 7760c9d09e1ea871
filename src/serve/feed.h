/* A feed holds the newest of something: who puts never waits, and a reader who is slow misses what came in between. Readers
 * and the one who puts may be different threads. */
#ifndef DK_SERVE_FEED_H
#define DK_SERVE_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

typedef struct dk_feed dk_feed;

/* One of what a feed has held; it stays as it is for as long as somebody keeps it. */
typedef struct {
    long number; /* from 1 */
    size_t size;
    uint8_t bytes[];
} dk_piece;

typedef enum {
    DK_FEED_PIECE, /* there is a newer one */
    DK_FEED_NONE,  /* none has come in the time given */
    DK_FEED_END    /* none will come */
} dk_feed_news;

DK_CHECKED dk_status dk_feed_open(dk_feed **out, dk_error *err);
void dk_feed_close(dk_feed *feed); /* accepts NULL; once nobody reads it any more */

/* A copy of the bytes becomes the newest. */
DK_CHECKED dk_status dk_feed_put(dk_feed *feed, const void *bytes, size_t size, dk_error *err);
void dk_feed_end(dk_feed *feed); /* readers get the newest still, and then the end */

/* Whether somebody waits for a newer one, or has taken the newest and will be back: what is costly to make is made only
 * then. Of a reader who is slow the feed knows nothing until he comes. */
bool dk_feed_wanted(dk_feed *feed);

/* The newest, if its number is above `after` (0: any; NOW: that of the newest), else the next that comes within the
 * seconds. */
enum { DK_FEED_NOW = -1 };
dk_feed_news dk_feed_take(dk_feed *feed, long after, double seconds, const dk_piece **piece);
void dk_piece_leave(const dk_piece *piece); /* gives one back that was taken; accepts NULL */

#endif
