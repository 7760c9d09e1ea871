/* Unreadable pictures. The list is in the order in which threads found them; whether a picture is in it does
 * not depend on that. */
#include "data/skips.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/grow.h"
#include "base/text.h"

#define NAMED 3 /* in the message that there are too many */

static const char unreadable[] = "the list of unreadable pictures";

struct dk_skips {
    pthread_mutex_t lock;
    int pictures, count, room;
    const char **reasons; /* [pictures]: NULL for those that are fine or not yet tried */
    int *found;           /* [count] pictures */
    dk_arena *texts;
};

dk_status dk_skips_open(dk_skips **out, int pictures, dk_error *err) {
    *out = NULL;
    dk_skips *const s = calloc(1, sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, unreadable);
    }
    pthread_mutex_init(&s->lock, NULL);
    s->pictures = pictures;
    s->reasons = calloc((size_t)pictures, sizeof *s->reasons);
    s->texts = dk_arena_open();
    if (s->reasons == NULL || s->texts == NULL) {
        dk_skips_close(s);
        return dk_no_memory(err, (size_t)pictures * sizeof *s->reasons, unreadable);
    }
    *out = s;
    return DK_OK;
}

void dk_skips_close(dk_skips *s) {
    if (s != NULL) {
        pthread_mutex_destroy(&s->lock);
        dk_arena_close(s->texts);
        free(s->reasons);
        free(s->found);
        free(s);
    }
}

bool dk_skips_has(dk_skips *s, int picture) {
    pthread_mutex_lock(&s->lock);
    const bool has = s->reasons[picture] != NULL;
    pthread_mutex_unlock(&s->lock);
    return has;
}

/* With the lock held. */
static dk_status add(dk_skips *s, int picture, const char *reason, dk_error *err) {
    if (s->reasons[picture] != NULL) {
        return DK_OK;
    }
    DK_TRY(DK_GROW(s->found, s->count, s->room, unreadable, err));
    s->reasons[picture] = dk_arena_text(s->texts, reason);
    if (s->reasons[picture] == NULL) {
        return dk_no_memory(err, strlen(reason), unreadable);
    }
    s->found[s->count++] = picture;
    return DK_OK;
}

dk_status dk_skips_add(dk_skips *s, int picture, const char *reason, dk_error *err) {
    pthread_mutex_lock(&s->lock);
    const dk_status status = add(s, picture, reason, err);
    pthread_mutex_unlock(&s->lock);
    return status;
}

int dk_skips_count(dk_skips *s) {
    pthread_mutex_lock(&s->lock);
    const int count = s->count;
    pthread_mutex_unlock(&s->lock);
    return count;
}

const char *dk_skips_at(dk_skips *s, int i, int *picture) {
    pthread_mutex_lock(&s->lock);
    *picture = s->found[i];
    const char *const reason = s->reasons[*picture];
    pthread_mutex_unlock(&s->lock);
    return reason;
}

dk_status dk_skips_check(dk_skips *s, float max_bad, dk_error *err) {
    const double rounding = 1e-6; /* .01 as a float is a little less: 1 of 100 is still 1 % */
    const int count = dk_skips_count(s);
    if ((double)count <= (double)max_bad * (1 + rounding) * s->pictures) {
        return DK_OK;
    }
    dk_buffer names = {0};
    for (int i = 0; i < count && i < NAMED; i++) {
        int picture;
        dk_buffer_add(&names, "%s%s", i == 0 ? "" : "; ", dk_skips_at(s, i, &picture));
    }
    const dk_status status = dk_fail(
        err, DK_EDATA, "%d of %d pictures cannot be read, more than max_bad=%g%%: %s%s", count, s->pictures,
        (double)max_bad * 100, names.failed ? "" : names.text, count > NAMED ? "; …" : "");
    dk_buffer_free(&names);
    return status;
}
