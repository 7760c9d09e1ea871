/* Films through the demo: what it shows on the frames that were looked at, from .4 s on, when it has had the time to
 * confirm a face. */
#include <stdio.h>
#include <string.h>

#include "bench_faces/bench_faces.h"
#include "image/image.h"

#define BEGIN .4 /* seconds */

/* What the sink below looks at. */
static struct {
    const faces_truth *truth;
    const char *file;
    faces_tally tally;
    double seconds; /* of the finder */
    const dk_finder_kind *finder;
} now;

static dk_status open_judge(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)c, (void)value, (void)err;
    *self = NULL;
    return DK_OK;
}

static dk_status judge(void *self, const dk_scene *scene, dk_error *err) {
    (void)self, (void)err;
    dk_box boxes[FACES_MOST];
    int count = 0;
    const faces_frame *truth = faces_frame_of(now.truth, now.file, scene->frame->number);
    for (int i = 0; i < scene->count && count < FACES_MOST; i++) {
        boxes[count++] = scene->faces[i].box;
    }
    if (truth != NULL && scene->frame->time >= BEGIN) {
        faces_judge(&now.tally, truth, boxes, count);
    }
    return DK_OK;
}

static dk_status close_judge(void *self, dk_error *err) {
    (void)self, (void)err;
    return DK_OK;
}

/* The finder, and its time. */

static dk_status open_timed(void **self, const dk_finder_conf *conf, dk_error *err) {
    return now.finder->open(self, conf, err);
}

static dk_status run_timed(void *self, const dk_frame *frame, const dk_known *known, dk_found *found,
                           int room, int *count, dk_error *err) {
    const double start = faces_seconds();
    const dk_status status = now.finder->run(self, frame, known, found, room, count, err);
    now.seconds += faces_seconds() - start;
    return status;
}

static void close_timed(void *self) {
    now.finder->close(self);
}

static const dk_finder_kind timed = {
    .name = "timed", .open = open_timed, .run = run_timed, .close = close_timed};
static const dk_sink_kind eye = {.open = open_judge, .frame = judge, .close = close_judge};

static dk_status follow(const faces_arguments *a, const dk_data *data, const char *path, faces_tally *all,
                        dk_error *err) {
    dk_live_report report;
    dk_finder_conf finder = a->finder;
    now.finder = finder.kind != NULL ? finder.kind : dk_finder_kinds[0];
    finder.kind = &timed;
    const dk_live_options options = {.source = path,
                                     .model = {.cfg = "cfg/mobilenet.cfg", .threads = 1, .seed = 1},
                                     .temperature = 1,
                                     .data = data,
                                     .finder = finder,
                                     .tta = &dk_tta_none,
                                     .smooth = .35,
                                     .outputs = {.results = "results", .otherwise = &eye}};
    now.tally = (faces_tally){0};
    now.seconds = 0;
    DK_TRY(dk_live_run(&options, &report, err));
    faces_tally shown = now.tally; /* its time is that of all frames, those that are not judged, too */
    shown.seconds = now.seconds / (double)report.frames * (double)shown.frames;
    faces_line(now.file, &shown);
    printf(", ids %d\n", report.faces);
    fflush(stdout);
    faces_add(all, &shown);
    return DK_OK;
}

static dk_status follow_all(const faces_truth *t, const faces_arguments *a, const dk_data *data,
                            dk_error *err) {
    faces_tally all = {0};
    now.truth = t;
    for (int i = 0; i < t->count; i = faces_next_file(t, i)) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", a->folder, t->frames[i].file);
        now.file = t->frames[i].file;
        if (faces_next_file(t, i) - i > 1) {
            DK_TRY(follow(a, data, path, &all, err));
        }
    }
    faces_line("films in the demo", &all);
    printf("\n");
    return DK_OK;
}

dk_status faces_follow(const faces_truth *t, const faces_arguments *a, dk_error *err) {
    dk_data *data = NULL;
    DK_TRY(dk_data_load(&data, "cfg/emotion.data", NULL, &(dk_log){0}, err));
    const dk_status status = follow_all(t, a, data, err);
    dk_data_close(data);
    return status;
}
