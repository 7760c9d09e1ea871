/* The finder alone: each frame that was looked at is searched everywhere, as if nobody were known. */
#include <stdio.h>
#include <string.h>

#include "bench_faces/bench_faces.h"
#include "live/source.h"

typedef struct {
    dk_source *source;
    dk_finder finder;
    dk_frame frame;
} parts;

static dk_status search(parts *p, const faces_frame *truth, faces_tally *tally, dk_error *err) {
    dk_found found[FACES_MOST];
    dk_box boxes[FACES_MOST];
    int count = 0;
    const double start = faces_seconds();
    DK_TRY(dk_finder_run(&p->finder, &p->frame, NULL, found, FACES_MOST, &count, err));
    tally->seconds += faces_seconds() - start;
    for (int i = 0; i < count; i++) {
        boxes[i] = found[i].box;
    }
    faces_judge(tally, truth, boxes, count);
    return DK_OK;
}

/* tally[0] of films, [1] of stills. */
static dk_status search_file(parts *p, const faces_truth *t, int first, const faces_arguments *a,
                             faces_tally tally[2], dk_error *err) {
    char path[4096];
    bool end = false;
    const dk_log quiet = {0};
    snprintf(path, sizeof path, "%s/%s", a->folder, t->frames[first].file);
    DK_TRY(dk_source_open(&p->source, path, &quiet, err));
    const bool still = dk_source_about(p->source)->stills;
    dk_finder_conf conf = a->finder;
    conf.still = still;
    DK_TRY(dk_finder_open(&p->finder, &conf, err));
    while (true) {
        DK_TRY(dk_source_read(p->source, &p->frame, &end, err));
        if (end) {
            return DK_OK;
        }
        const faces_frame *truth = faces_frame_of(t, t->frames[first].file, p->frame.number);
        if (truth != NULL) {
            DK_TRY(search(p, truth, &tally[still], err));
        }
    }
}

dk_status faces_find(const faces_truth *t, const faces_arguments *a, dk_error *err) {
    static const char *const names[] = {"frames of films, one by one", "photographs"};
    faces_tally all[2] = {{0}};
    dk_status status = DK_OK;
    for (int i = 0; i < t->count && status == DK_OK; i = faces_next_file(t, i)) {
        parts p = {0};
        status = search_file(&p, t, i, a, all, err);
        dk_finder_close(&p.finder);
        dk_source_close(p.source);
        dk_frame_free(&p.frame);
    }
    for (int k = 0; k < 2 && status == DK_OK; k++) {
        faces_line(names[k], &all[k]);
        printf("\n");
    }
    fflush(stdout);
    return status;
}
