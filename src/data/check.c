/* First half of a check: threads decode the pictures, each taking the next that nobody has. What is noted of
 * a picture depends on it alone, so their number changes nothing. Grouping is check_groups.c. */
#include "data/check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "data/check_groups.h"

typedef struct {
    dk_check *check;
    atomic_int next;
    pthread_mutex_t lock; /* of the arena and of failure */
    dk_error failure;
} scan;

/* All pixels have the first one's colour. */
static bool is_constant(const dk_image *image) {
    const size_t bytes = (size_t)image->w * (size_t)image->h * (size_t)image->c, step = (size_t)image->c;
    return memcmp(image->pixels, image->pixels + step, bytes - step) == 0;
}

/* The size is the seed: pictures of other sizes with equal bytes are other pictures. */
static uint64_t hash_of(const dk_image *image) {
    const uint64_t size = (uint64_t)image->w << 32 | (uint64_t)image->h << 2 | (uint64_t)image->c;
    return dk_hash(image->pixels, (size_t)image->w * (size_t)image->h * (size_t)image->c, size);
}

static void note_unreadable(scan *s, dk_check_picture *p, const dk_error *why) {
    pthread_mutex_lock(&s->lock);
    p->reason = dk_arena_text(s->check->arena, why->text);
    if (why->status == DK_ENOMEM || p->reason == NULL) {
        s->failure = *why;
        s->failure.status = DK_ENOMEM;
        atomic_store(&s->next, s->check->count);
    }
    pthread_mutex_unlock(&s->lock);
}

static void *work(void *user) {
    scan *const s = user;
    for (int i = atomic_fetch_add(&s->next, 1); i < s->check->count; i = atomic_fetch_add(&s->next, 1)) {
        dk_check_picture *const p = &s->check->pictures[i];
        dk_image *image = NULL;
        dk_error why = {0};
        if (dk_image_load(&image, p->sample->path, &why) != DK_OK) {
            note_unreadable(s, p, &why);
            continue;
        }
        p->constant = is_constant(image);
        p->hash = hash_of(image);
        dk_image_free(image);
    }
    return NULL;
}

/* This thread works, too, so that a machine that gives no other still gets through. */
static dk_status decode_all(dk_check *check, int threads, dk_error *err) {
    scan s = {.check = check, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t *const others = calloc((size_t)threads, sizeof *others);
    int started = 0;
    if (others == NULL) {
        return dk_no_memory(err, (size_t)threads * sizeof *others, "the threads of the check");
    }
    while (started < threads - 1 && pthread_create(&others[started], NULL, work, &s) == 0) {
        started++;
    }
    work(&s);
    for (int i = 0; i < started; i++) {
        pthread_join(others[i], NULL);
    }
    free(others);
    pthread_mutex_destroy(&s.lock);
    return s.failure.status == DK_OK ? DK_OK : dk_fail(err, s.failure.status, "%s", s.failure.text);
}

static dk_status list_pictures(dk_check *c, dk_error *err) {
    for (int k = 0; k < c->split_count; k++) {
        c->count += c->splits[k].set->count;
    }
    const size_t bytes = (size_t)c->count * sizeof *c->pictures;
    c->pictures = dk_arena_alloc(c->arena, bytes);
    if (c->pictures == NULL) {
        return dk_no_memory(err, bytes, "the list of pictures");
    }
    dk_check_picture *p = c->pictures;
    for (int k = 0; k < c->split_count; k++) {
        const dk_dataset *const set = c->splits[k].set;
        for (int i = 0; i < set->count; i++) {
            *p++ = (dk_check_picture){.split = k, .sample = &set->samples[i], .group = -1};
        }
    }
    return DK_OK;
}

static dk_status find_bare(dk_check *c, dk_error *err) {
    for (int k = 0; k < c->split_count; k++) {
        const dk_dataset *const set = c->splits[k].set;
        if (set->samples[0].label < 0) {
            continue;
        }
        c->bare[k] = dk_arena_alloc(c->arena, (size_t)set->classes);
        if (c->bare[k] == NULL) {
            return dk_no_memory(err, (size_t)set->classes, "the classes");
        }
        memset(c->bare[k], true, (size_t)set->classes);
    }
    for (int i = 0; i < c->count; i++) {
        const dk_check_picture *const p = &c->pictures[i];
        if (p->reason == NULL && c->bare[p->split] != NULL) {
            c->bare[p->split][p->sample->label] = false;
        }
    }
    return DK_OK;
}

dk_status dk_check_open(dk_check **out, const dk_check_split *splits, int count, int threads, dk_error *err) {
    dk_arena *const arena = dk_arena_open();
    dk_check *const c = arena == NULL ? NULL : dk_arena_alloc(arena, sizeof(dk_check));
    *out = NULL;
    if (c == NULL) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof(dk_check), "the check");
    }
    c->arena = arena;
    c->split_count = count;
    memcpy(c->splits, splits, (size_t)count * sizeof *splits);
    dk_status status = list_pictures(c, err);
    if (status == DK_OK) {
        status = decode_all(c, threads, err);
    }
    if (status == DK_OK) {
        status = find_bare(c, err);
    }
    if (status == DK_OK) {
        status = dk_check_group_all(c, err);
    }
    if (status != DK_OK) {
        dk_arena_close(arena);
        return status;
    }
    *out = c;
    return DK_OK;
}

void dk_check_close(dk_check *check) {
    if (check != NULL) {
        dk_arena_close(check->arena); /* which holds the check, too */
    }
}
