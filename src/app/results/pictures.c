/* From a run's numbers to its pictures: each function words titles and hands columns to plot/. */
#include "app/results/pictures.h"

#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "plot/calibration.h"
#include "plot/chart.h"
#include "plot/lines.h"
#include "plot/matrix.h"
#include "run/reliability.h"

/* "faces-1, after epoch 7: 1,234 validation pictures" */
static const char *about_validation(const dk_results *r) {
    char count[32];
    const dk_class_log *const c = &r->classes;
    const double epoch = c->count > 0 ? c->epochs[c->count - 1] : 0;
    return dk_arena_format(r->arena, "%s, after epoch %g: %s validation pictures", r->name, epoch,
                           dk_text_count(count, r->predictions.count));
}

static const char *fact(const dk_results *r, const char *key) {
    const char *const value = dk_results_fact(r, key);
    return value != NULL ? value : "?";
}

/* The line below the title of chart.png. */
static const char *about_run(const dk_results *r) {
    return dk_arena_format(r->arena, "%s training and %s validation pictures, %s parameters, batch %s",
                           fact(r, "train_pictures"), fact(r, "valid_pictures"), fact(r, "parameters"),
                           fact(r, "batch"));
}

static dk_status draw_chart(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err) {
    const size_t bytes = (size_t)(r->count + 1) * sizeof(dk_chart_point);
    dk_chart_point *const points = dk_arena_alloc(r->arena, bytes);
    if (points == NULL) {
        return dk_no_memory(err, bytes, "the chart");
    }
    for (int i = 0; i < r->count; i++) {
        const dk_log_row *const row = &r->rows[i];
        points[i] = (dk_chart_point){.epoch = row->epoch,
                                     .train_loss = row->train.value[DK_FIGURE_LOSS],
                                     .valid_loss = row->valid.value[DK_FIGURE_LOSS],
                                     .train_main = row->train.value[DK_FIGURE_MAIN],
                                     .valid_main = row->valid.value[DK_FIGURE_MAIN],
                                     .rate = row->rate};
    }
    const char *const ended = dk_results_fact(r, "ended");
    const char *const epochs = dk_results_fact(r, "epochs");
    const bool early = ended != NULL && strncmp(ended, "early stop", strlen("early stop")) == 0;
    double planned = 0;
    const dk_figure_kind *const main = &r->task->figures[DK_FIGURE_MAIN];
    const dk_chart chart = {.title = r->name,
                            .subtitle = about_run(r),
                            .main = main->name,
                            .main_trained = main->train != NULL,
                            .share = main->share,
                            .points = points,
                            .count = r->count,
                            .best = r->best,
                            .stopped = early ? r->count - 1 : -1,
                            .epochs = epochs != NULL && dk_text_float(epochs, &planned) && planned >= 1 &&
                                              planned <= INT_MAX
                                          ? planned
                                          : 0};
    return dk_chart_save(&chart, fonts, path, err);
}

static dk_status draw_confusion(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err) {
    const dk_predictions *const p = &r->predictions;
    const size_t bytes = (size_t)p->classes * (size_t)p->classes * sizeof(long);
    long *const counts = dk_arena_alloc(r->arena, bytes);
    if (counts == NULL) {
        return dk_no_memory(err, bytes, "the confusion matrix");
    }
    dk_predictions_confusion(p, counts);
    long hits = 0;
    for (int i = 0; i < p->classes; i++) {
        hits += counts[i * p->classes + i];
    }
    const char *const title =
        dk_arena_format(r->arena, "Confusion: accuracy %.2f %%", 100. * (double)hits / p->count);
    if (title == NULL) {
        return dk_no_memory(err, 0, "a title");
    }
    const dk_matrix matrix = {.title = title,
                              .subtitle = about_validation(r),
                              .classes = p->classes,
                              .names = p->names,
                              .counts = counts};
    return dk_matrix_save(&matrix, fonts, path, err);
}

static dk_status draw_reliability(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err) {
    dk_reliability measured;
    dk_reliability_measure(&measured, &r->predictions);
    const char *const title = dk_arena_format(r->arena, "Calibration: ECE %.2f %%", 100 * measured.ece);
    if (title == NULL) {
        return dk_no_memory(err, 0, "a title");
    }
    const dk_calibration_chart picture = {.title = title,
                                          .subtitle = about_validation(r),
                                          .bins = DK_RELIABILITY_BINS,
                                          .count = measured.count,
                                          .accuracy = measured.accuracy,
                                          .probability = measured.probability};
    return dk_calibration_chart_save(&picture, fonts, path, err);
}

static double f1_now(const dk_class_log *log, int k) {
    return log->f1[((size_t)k + 1) * (size_t)log->count - 1];
}

/* The classes to draw, in their own order: all, or those that are lowest now. */
static int choose(const dk_class_log *log, int chosen[DK_LINES_MOST]) {
    int count = 0;
    for (int k = 0; k < log->classes; k++) {
        if (count < DK_LINES_MOST) {
            chosen[count++] = k;
            continue;
        }
        int highest = 0; /* of those chosen; of equal ones the last, and k is behind it */
        for (int i = 1; i < count; i++) {
            highest = f1_now(log, chosen[i]) >= f1_now(log, chosen[highest]) ? i : highest;
        }
        if (f1_now(log, k) < f1_now(log, chosen[highest])) {
            memmove(&chosen[highest], &chosen[highest + 1], (size_t)(count - 1 - highest) * sizeof *chosen);
            chosen[count - 1] = k;
        }
    }
    return count;
}

static dk_status draw_classes(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err) {
    const dk_class_log *const c = &r->classes;
    int chosen[DK_LINES_MOST];
    const char *names[DK_LINES_MOST];
    const int count = choose(c, chosen);
    const size_t bytes = (size_t)count * (size_t)c->count * sizeof(double);
    double *const percent = dk_arena_alloc(r->arena, bytes);
    const char *const about =
        count == c->classes
            ? r->name
            : dk_arena_format(r->arena, "%s: the %d lowest of %d classes", r->name, count, c->classes);
    if (percent == NULL || about == NULL) {
        return dk_no_memory(err, bytes, "the curves of the classes");
    }
    for (int k = 0; k < count; k++) {
        names[k] = c->names[chosen[k]];
        for (int i = 0; i < c->count; i++) {
            percent[k * c->count + i] = 100 * c->f1[chosen[k] * c->count + i];
        }
    }
    const dk_lines lines = {
        .title = "F1 of each class",
        .subtitle = about,
        .names = names,
        .count = count,
        .points = c->count,
        .epochs = c->epochs,
        .panels = {{.name = "F1 (%)", .format = "%.1f %%", .percent = true, .values = percent}},
        .panel_count = 1};
    return dk_lines_save(&lines, fonts, path, err);
}

static bool has_classes(const dk_results *r) {
    return r->classes.count > 0;
}

static bool validated(const dk_results *r) {
    return has_classes(r) && r->predictions.count > 0;
}

static bool has_room(const dk_results *r) {
    return validated(r) && r->predictions.classes <= DK_MATRIX_MOST;
}

static bool has_probabilities(const dk_results *r) {
    return validated(r) && dk_predictions_are_probabilities(&r->predictions);
}

const dk_run_picture dk_run_pictures[DK_RUN_PICTURES + 1] = {
    {"chart.png", "Loss, accuracy and learning rate over epochs", NULL, draw_chart},
    {"confusion.png", "Which truths get which answers", has_room, draw_confusion},
    {"classes.png", "F1 of each class over epochs", has_classes, draw_classes},
    {"reliability.png", "How often answers are right, against how sure they were", has_probabilities,
     draw_reliability},
    {"worst.png", "The surest mistakes: hard pictures, or wrong labels", validated, dk_worst_draw},
    {NULL, NULL, NULL, NULL}};

dk_status dk_picture_draw(const dk_run_picture *p, const dk_results *r, dk_fonts *fonts, const char *path,
                          dk_error *err) {
    if (p->possible != NULL && !p->possible(r)) {
        return DK_OK;
    }
    path = path != NULL ? path : dk_results_path(r, p->file);
    return path != NULL ? p->draw(r, fonts, path, err)
                        : dk_no_memory(err, strlen(r->folder), "the path of a picture");
}

dk_status dk_pictures_draw(const dk_results *r, dk_fonts *fonts, dk_error *err) {
    dk_status first = DK_OK;
    for (const dk_run_picture *p = dk_run_pictures; p->file != NULL; p++) {
        const dk_status status = dk_picture_draw(p, r, fonts, NULL, first == DK_OK ? err : NULL);
        first = first == DK_OK ? status : first;
    }
    return first;
}
