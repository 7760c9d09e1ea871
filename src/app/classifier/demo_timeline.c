/* The summary as a picture: bins of scores become the points of plot/timeline.h. */
#include <stdlib.h>

#include "app/classifier/demo_report.h"
#include "base/arena.h"
#include "plot/timeline.h"

/* Points of all faces; those of one lie together. */
typedef struct {
    dk_timeline_face *faces;
    double *times;
    float *values;
} points;

static void fill(points *p, const dk_summary *s) {
    const size_t classes = (size_t)s->classes;
    size_t n = 0;
    for (int i = 0; i < s->count; i++) {
        const dk_summary_face *f = &s->faces[i];
        dk_timeline_face *to = &p->faces[i];
        *to = (dk_timeline_face){
            .id = f->id, .times = p->times + n, .values = p->values + n * classes, .seconds = f->seconds};
        for (size_t b = 0; b < DK_SUMMARY_BINS; b++) {
            if (f->weight[b] <= 0) {
                continue;
            }
            p->times[n] = s->begin + ((double)b + .5) * s->width;
            for (size_t c = 0; c < classes; c++) {
                p->values[n * classes + c] = f->bins[b * classes + c] / f->weight[b];
            }
            to->points++;
            n++;
        }
    }
}

dk_status dk_demo_timeline(const dk_summary *s, const char *const *names, const char *title,
                           const char *subtitle, dk_fonts *fonts, const char *path, dk_error *err) {
    const size_t faces = (size_t)s->count, most = faces * DK_SUMMARY_BINS + 1;
    points p = {.faces = calloc(faces + 1, sizeof *p.faces),
                .times = calloc(most, sizeof *p.times),
                .values = calloc(most * (size_t)s->classes, sizeof *p.values)};
    dk_status status = DK_OK;
    if (!p.faces || !p.times || !p.values) {
        status = dk_no_memory(err, most * (size_t)s->classes * sizeof *p.values, "the timeline");
    } else {
        fill(&p, s);
        const dk_timeline timeline = {.title = title,
                                      .subtitle = subtitle,
                                      .names = names,
                                      .classes = s->classes,
                                      .seconds = s->now,
                                      .faces = p.faces,
                                      .count = s->count};
        status = dk_timeline_save(&timeline, fonts, path, err);
    }
    free(p.faces);
    free(p.times);
    free(p.values);
    return status;
}
