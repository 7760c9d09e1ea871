/* The drawn clips: what their truth promises (people apart, slow, expressions held), the same for the same seed; and the
 * video file, read back by the letter of its format. */
#include "clip.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "avi.h"

enum { W = 640, H = 480, FPS = 25, SECONDS = 20, SEEDS = 20, MOST_ID = CLIP_VISITS + 1 };

static struct clip clip;

static void make(uint64_t seed, int places, bool stay) {
    const struct clip_plan plan = {W, H, places, SECONDS, stay};
    dk_rng rng = dk_rng_key(seed, 0, 2, DK_RNG_TEST);
    clip_random(&clip, &plan, &rng);
}

static double overlap(struct face_box a, struct face_box b) {
    const double w = fmin(a.x + a.side / 2, b.x + b.side / 2) - fmax(a.x - a.side / 2, b.x - b.side / 2);
    const double h = fmin(a.y + a.side / 2, b.y + b.side / 2) - fmax(a.y - a.side / 2, b.y - b.side / 2);
    return w > 0 && h > 0 ? w * h / (a.side * a.side + b.side * b.side - w * h) : 0;
}

static bool inside(struct face_box b) {
    return b.x >= b.side / 2 && b.y >= b.side / 2 && b.x + b.side / 2 <= W && b.y + b.side / 2 <= H;
}

typedef struct {
    bool there;
    struct face_box box;
    enum emotion emotion;
    double since, born;
} state;

/* One frame after the other, with what is known of the one before. */
static void follow(const struct scene *s, const int *id, double t, state before[MOST_ID],
                   bool shown[EMOTIONS]) {
    bool now[MOST_ID] = {false};
    for (int i = 0; i < s->count; i++) {
        const struct face_box box = scene_box(s, i);
        state *const b = &before[id[i]];
        now[id[i]] = true;
        for (int k = 0; k < i; k++) {
            cr_assert_lt(overlap(box, scene_box(s, k)), .05, "faces hide each other at %.2f s", t);
        }
        if (!b->there) {
            cr_assert_eq(b->born, 0, "visit %d comes twice", id[i]);
            *b = (state){true, box, s->emotion[i], t, t + 1};
        }
        cr_assert_gt(overlap(box, b->box), .75, "visit %d jumps at %.2f s", id[i], t);
        if (s->emotion[i] != b->emotion) {
            cr_assert_geq(t - b->since, 1.45, "visit %d changes too soon at %.2f s", id[i], t);
            b->emotion = s->emotion[i];
            b->since = t;
        }
        b->box = box;
        shown[s->emotion[i]] |= inside(box);
    }
    for (int i = 0; i < MOST_ID; i++) {
        cr_assert(now[i] || !before[i].there || t < 1 || !inside(before[i].box), "visit %d vanishes", i);
        before[i].there = now[i];
    }
}

Test(faces_clip, people_move_slowly_and_apart) {
    for (int places = 1; places <= SCENE_FACES; places++) {
        bool shown[EMOTIONS] = {false};
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            static state before[MOST_ID];
            memset(before, 0, sizeof before);
            make(seed, places, false);
            cr_assert_geq(clip.visits, places);
            for (int frame = 0; frame < SECONDS * FPS; frame++) {
                struct scene scene;
                int id[SCENE_FACES];
                clip_scene(&clip, frame / (double)FPS, &scene, id);
                follow(&scene, id, frame / (double)FPS, before, shown);
            }
        }
        for (int i = 0; i < EMOTIONS; i++) {
            cr_assert(shown[i], "%s is never shown", emotion_names[i]);
        }
    }
}

Test(faces_clip, who_stays_is_there_from_the_first_to_the_last_frame) {
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        make(seed, SCENE_FACES, true);
        cr_assert_eq(clip.visits, SCENE_FACES);
        for (double t = 0; t <= SECONDS; t += .1) {
            struct scene scene;
            int id[SCENE_FACES];
            clip_scene(&clip, t, &scene, id);
            cr_assert_eq(scene.count, SCENE_FACES);
            for (int i = 0; i < scene.count; i++) {
                cr_assert(inside(scene_box(&scene, i)), "seed %d, face %d at %.1f s", (int)seed, i, t);
            }
        }
    }
}

Test(faces_clip, a_seed_is_a_clip) {
    static struct clip first;
    make(5, 3, false);
    first = clip;
    make(5, 3, false);
    cr_assert_eq(clip.visits, first.visits);
    for (int i = 0; i < clip.visits; i++) {
        cr_assert_eq(clip.visit[i].enter, first.visit[i].enter);
        cr_assert_eq(clip.visit[i].face.person.strands, first.visit[i].face.person.strands);
        cr_assert_eq(clip.visit[i].change[1].at, first.visit[i].change[1].at);
    }
    make(6, 3, false);
    cr_assert_neq(clip.visit[0].face.person.strands, first.visit[0].face.person.strands);
}

/* ---- the file ---- */
static uint32_t number(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The chunk at `at` must have this name (and with `kind` be a list of it); returns its length. */
static uint32_t chunk(const uint8_t *file, size_t size, size_t at, const char *name, const char *kind) {
    cr_assert(at + 12 <= size);
    cr_assert_arr_eq(file + at, name, 4, "a chunk '%s' at %zu", name, at);
    cr_assert(kind == NULL || memcmp(file + at + 8, kind, 4) == 0, "a list '%s' at %zu", kind, at);
    cr_assert_leq(at + 8 + number(file + at + 4), size);
    return number(file + at + 4);
}

Test(faces_clip, avi_is_what_its_headers_say) {
    enum { FRAMES = 5, HDRL = 12, AVIH = 24, STRL = 88, STRH = 100, STRF = 164, MOVI = 212 };
    char path[64];
    struct avi avi;
    dk_error err = {0};
    uint8_t *file;
    size_t size;
    snprintf(path, sizeof path, "/tmp/dk_test_avi_%d.avi", (int)getpid());
    cr_assert_eq(avi_open(&avi, path, 320, 240, 25, &err), DK_OK, "%s", err.text);
    for (size_t i = 1; i <= FRAMES; i++) {
        cr_assert_eq(avi_add(&avi, "abcdefgh", i, &err), DK_OK);
    }
    cr_assert_neq(access(path, F_OK), 0, "not there before it is whole");
    cr_assert_eq(avi_close(&avi, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_file_read(path, 0, &file, &size, &err), DK_OK);
    unlink(path);
    cr_assert_eq(chunk(file, size, 0, "RIFF", "AVI ") + 8, size);
    cr_assert_eq(chunk(file, size, HDRL, "LIST", "hdrl") + 8 + HDRL, MOVI);
    cr_assert_eq(chunk(file, size, AVIH, "avih", NULL) + 8 + AVIH, STRL);
    cr_assert_eq(number(file + AVIH + 8), 40000, "microseconds a frame");
    cr_assert_eq(number(file + AVIH + 24), FRAMES);
    cr_assert_eq(chunk(file, size, STRL, "LIST", "strl") + 8 + STRL, MOVI);
    cr_assert_eq(chunk(file, size, STRH, "strh", NULL) + 8 + STRH, STRF);
    cr_assert_eq(number(file + STRH + 32) / number(file + STRH + 28), 25, "rate by scale");
    cr_assert_eq(number(file + STRH + 40), FRAMES);
    cr_assert_eq(chunk(file, size, STRF, "strf", NULL) + 8 + STRF, MOVI);
    cr_assert(number(file + STRF + 12) == 320 && number(file + STRF + 16) == 240);
    const size_t idx1 = chunk(file, size, MOVI, "LIST", "movi") + 8 + MOVI;
    cr_assert_eq(chunk(file, size, idx1, "idx1", NULL), 16 * FRAMES);
    cr_assert_eq(idx1 + 8 + 16 * FRAMES, size);
    size_t at = MOVI + 12;
    for (size_t i = 0; i < FRAMES; i++) {
        const uint8_t *entry = file + idx1 + 8 + 16 * i;
        cr_assert_eq(chunk(file, size, at, "00dc", NULL), i + 1);
        cr_assert_arr_eq(file + at + 8, "abcdefgh", i + 1);
        cr_assert_eq(number(entry + 8) + MOVI + 8, at, "the index knows where frame %zu is", i);
        cr_assert_eq(number(entry + 12), i + 1);
        at += 8 + (i + 2) / 2 * 2;
    }
    cr_assert_eq(at, idx1);
    free(file);
}

Test(faces_clip, avi_left_unfinished_is_no_file) {
    char path[64];
    struct avi avi;
    dk_error err = {0};
    snprintf(path, sizeof path, "/tmp/dk_test_avi_%d.avi", (int)getpid());
    cr_assert_eq(avi_open(&avi, path, 320, 240, 25, &err), DK_OK);
    avi_abandon(&avi);
    cr_assert_neq(access(path, F_OK), 0);
    cr_assert_eq(avi_open(&avi, "/dev/null/x.avi", 320, 240, 25, &err), DK_EIO);
}
