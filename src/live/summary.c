/* Sums over scenes. A scene stands for the time since the one before it. */
#include "live/summary.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/grow.h"

#define FIRST_WIDTH .1
#define LONGEST 1.0 /* seconds that a scene stands for at a camera, and before a face came */

static dk_status add_face(dk_summary *s, int id, dk_error *err) {
    DK_TRY(DK_GROW(s->faces, s->count, s->room, "the summary", err));
    const size_t n = (size_t)s->classes;
    dk_summary_face *f = &s->faces[s->count++];
    *f = (dk_summary_face){.id = id,
                           .first = s->now,
                           .seconds = calloc(n, sizeof *f->seconds),
                           .bins = calloc(DK_SUMMARY_BINS * n, sizeof *f->bins),
                           .weight = calloc(DK_SUMMARY_BINS, sizeof *f->weight)};
    return f->seconds && f->bins && f->weight ? DK_OK
                                              : dk_no_memory(err, DK_SUMMARY_BINS * n * 4, "the summary");
}

/* Faces come with growing ids, and those that are there now came last. */
static dk_summary_face *find(dk_summary *s, int id) {
    for (int i = s->count - 1; i >= 0; i--) {
        if (s->faces[i].id == id) {
            return &s->faces[i];
        }
    }
    return NULL;
}

/* Bins of twice the width: each pair becomes one. */
static void widen(dk_summary *s) {
    const int n = s->classes;
    s->width *= 2;
    for (int i = 0; i < s->count; i++) {
        dk_summary_face *f = &s->faces[i];
        for (int b = 0; b < DK_SUMMARY_BINS; b++) {
            const bool there = 2 * b + 1 < DK_SUMMARY_BINS;
            for (int c = 0; c < n; c++) {
                f->bins[b * n + c] = there ? f->bins[2 * b * n + c] + f->bins[(2 * b + 1) * n + c] : 0;
            }
            f->weight[b] = there ? f->weight[2 * b] + f->weight[2 * b + 1] : 0;
        }
    }
}

static void count(dk_summary *s, dk_summary_face *to, const dk_face *face, double passed) {
    to->last = s->now;
    if (face->label < 0 || face->scores == NULL) {
        to->unnamed += passed;
        return;
    }
    to->seconds[face->label] += passed;
    const int bin = (int)((s->now - s->begin) / s->width);
    for (int c = 0; c < s->classes; c++) {
        to->bins[bin * s->classes + c] += (float)passed * face->scores[c];
    }
    to->weight[bin] += (float)passed;
}

dk_status dk_summary_add(dk_summary *s, const dk_scene *scene, dk_error *err) {
    const double time = scene->frame->time;
    if (!s->any) {
        s->any = true;
        s->begin = s->now = time;
        s->width = FIRST_WIDTH;
    }
    const double before = s->now, passed = fmax(time - before, 0), most = fmin(passed, LONGEST);
    s->now = fmax(time, before);
    while (s->now - s->begin >= DK_SUMMARY_BINS * s->width) {
        widen(s);
    }
    for (int i = 0; i < scene->count; i++) {
        dk_summary_face *f = find(s, scene->faces[i].id);
        if (f == NULL) {
            DK_TRY(add_face(s, scene->faces[i].id, err));
            f = &s->faces[s->count - 1];
        }
        const bool stayed = !s->live && f->last >= before && f->first < s->now;
        count(s, f, &scene->faces[i], stayed ? passed : most);
    }
    return DK_OK;
}

void dk_summary_free(dk_summary *s) {
    for (int i = 0; i < s->count; i++) {
        free(s->faces[i].seconds);
        free(s->faces[i].bins);
        free(s->faces[i].weight);
    }
    free(s->faces);
    *s = (dk_summary){.classes = s->classes, .live = s->live};
}
