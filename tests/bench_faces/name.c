/* Names of faces whose expression is clear, by margin and views: of those that are found, how many are right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_faces/bench_faces.h"
#include "live/crop.h"
#include "live/source.h"
#include "run/metrics.h"
#include "run/predict.h"

#define OVERLAP .4f

static const float margins[] = {.15f, .1f, .05f, 0, -.05f, -.1f};
static const dk_tta *const views[] = {&dk_tta_none, &dk_tta_flip};
enum { MARGINS = sizeof margins / sizeof *margins, VIEWS = sizeof views / sizeof *views };

typedef struct {
    const faces_truth *truth;
    const char *folder;
    const dk_finder_conf *conf;
    dk_data *data;
    dk_predictor *predictor;
    float *scores;
    dk_source *source;
    dk_finder finder;
    dk_frame frame;
    long faces, found, right[MARGINS][VIEWS];
} work;

/* A face of emotions.csv; the box with which it was found. */
static dk_status ask(work *w, const char *emotion, const dk_box *box, dk_error *err) {
    for (int m = 0; m < MARGINS; m++) {
        dk_image *crop = NULL;
        DK_TRY(dk_crop_square(&crop, &w->frame, box, margins[m], err));
        for (int v = 0; v < VIEWS; v++) {
            const dk_image *const crops[] = {crop};
            const dk_status status = dk_predictor_views(w->predictor, crops, 1, views[v], w->scores, err);
            if (status != DK_OK) {
                dk_image_free(crop);
                return status;
            }
            const int best = dk_top_1(w->scores, w->data->conf.classes);
            w->right[m][v] += strcmp(w->data->names[best], emotion) == 0;
        }
        dk_image_free(crop);
    }
    return DK_OK;
}

static dk_status name_row(work *w, int row, const dk_found *found, int count, dk_error *err) {
    static const char *const sides[] = {"x", "y", "w", "h"};
    float values[4];
    int column = 0;
    for (int i = 0; i < 4; i++) {
        double value = 0;
        DK_TRY(dk_csv_column(w->truth->emotions, sides[i], &column, err));
        DK_TRY(dk_csv_number(w->truth->emotions, row, column, -1e6, 1e6, false, &value, err));
        values[i] = (float)value;
    }
    DK_TRY(dk_csv_column(w->truth->emotions, "emotion", &column, err));
    const dk_box box = {values[0], values[1], values[2], values[3]}, square = faces_square(&box);
    w->faces++;
    for (int k = 0; k < count; k++) {
        if (dk_box_overlap(&square, &found[k].box) > OVERLAP) {
            w->found++;
            return ask(w, w->truth->emotions->cell[row * w->truth->emotions->columns + column], &found[k].box,
                       err);
        }
    }
    return DK_OK;
}

/* The rows of the frame at hand. */
static dk_status name_frame(work *w, const char *file, dk_error *err) {
    const dk_csv *csv = w->truth->emotions;
    dk_found found[FACES_MOST];
    int count = 0, of_file = 0, of_frame = 0;
    bool searched = false;
    DK_TRY(dk_csv_column(csv, "file", &of_file, err));
    DK_TRY(dk_csv_column(csv, "frame", &of_frame, err));
    for (int i = 0; i < csv->rows; i++) {
        const char *const *cell = csv->cell + i * csv->columns;
        if (strcmp(cell[of_file], file) != 0 || strtol(cell[of_frame], NULL, 10) != w->frame.number) {
            continue;
        }
        if (!searched) {
            DK_TRY(dk_finder_run(&w->finder, &w->frame, NULL, found, FACES_MOST, &count, err));
            searched = true;
        }
        DK_TRY(name_row(w, i, found, count, err));
    }
    return DK_OK;
}

static dk_status name_file(work *w, const char *file, dk_error *err) {
    char path[4096];
    bool end = false;
    const dk_log quiet = {0};
    snprintf(path, sizeof path, "%s/%s", w->folder, file);
    DK_TRY(dk_source_open(&w->source, path, &quiet, err));
    dk_finder_conf conf = *w->conf;
    conf.still = dk_source_about(w->source)->stills;
    DK_TRY(dk_finder_open(&w->finder, &conf, err));
    while (true) {
        DK_TRY(dk_source_read(w->source, &w->frame, &end, err));
        if (end) {
            return DK_OK;
        }
        DK_TRY(name_frame(w, file, err));
    }
}

static dk_status name_all(work *w, const faces_arguments *a, dk_error *err) {
    const dk_model_options model = {.cfg = "cfg/mobilenet.cfg", .weights = a->weights, .threads = 1};
    DK_TRY(dk_data_load(&w->data, "cfg/emotion.data", NULL, &(dk_log){0}, err));
    DK_TRY(dk_predictor_open(&w->predictor, &model, 2, 1, err));
    w->scores = calloc(w->predictor->outputs, sizeof *w->scores);
    if (w->scores == NULL) {
        return dk_no_memory(err, w->predictor->outputs * sizeof *w->scores, "scores");
    }
    for (int i = 0; i < w->truth->count; i = faces_next_file(w->truth, i)) {
        const dk_status status = name_file(w, w->truth->frames[i].file, err);
        dk_source_close(w->source);
        dk_finder_close(&w->finder);
        w->source = NULL;
        DK_TRY(status);
    }
    printf("faces with a clear expression: %ld, found %ld; right of these\n", w->faces, w->found);
    for (int m = 0; m < MARGINS; m++) {
        printf("margin %5.2f: alone %ld, with its mirror image %ld\n", (double)margins[m], w->right[m][0],
               w->right[m][1]);
    }
    return DK_OK;
}

dk_status faces_name(const faces_truth *t, const faces_arguments *a, dk_error *err) {
    work w = {.truth = t, .folder = a->folder, .conf = &a->finder};
    const dk_status status = name_all(&w, a, err);
    dk_predictor_close(w.predictor);
    dk_data_close(w.data);
    dk_frame_free(&w.frame);
    free(w.scores);
    return status;
}
