/* Answers as a table and as predictions.csv. */
#include "run/predictions.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/grow.h"
#include "base/names.h"
#include "run/metrics.h"

enum { PATH, TRUTH, ANSWER, PROBABILITY, SCORES };
static const char *const columns[SCORES] = {"path", "truth", "answer", "probability"};

dk_status dk_predictions_names(const char *const **out, const dk_data *data, dk_error *err) {
    dk_names names = {0};
    dk_arena *const arena = dk_arena_open();
    const dk_status status = arena == NULL ? dk_no_memory(err, 0, "the names of the classes")
                                           : dk_names_make(&names, (const char *const *)data->names,
                                                           data->conf.classes, arena, err);
    if (status == DK_OK) {
        *out = (const char *const *)(names.again < 0 ? data->names : data->labels);
    }
    dk_arena_close(arena);
    return status;
}

void dk_predictions_open(dk_predictions *p, int classes, const char *const *names) {
    *p = (dk_predictions){.classes = classes, .names = names};
}

void dk_predictions_close(dk_predictions *p) {
    free(p->rows);
    free(p->scores);
    dk_arena_close(p->arena);
    *p = (dk_predictions){0};
}

void dk_predictions_reset(dk_predictions *p) {
    p->count = 0;
}

static dk_status grow(dk_predictions *p, dk_error *err) {
    static const char what[] = "the answers of a validation";
    int room = p->room; /* of both */
    DK_TRY(dk_grow(&p->scores, p->count, &room, (size_t)p->classes * sizeof *p->scores, what, err));
    return DK_GROW(p->rows, p->count, p->room, what, err);
}

dk_status dk_predictions_add(dk_predictions *p, const char *path, int truth, const float *scores,
                             dk_error *err) {
    DK_TRY(grow(p, err));
    dk_prediction *const row = &p->rows[p->count];
    const size_t classes = (size_t)p->classes;
    *row = (dk_prediction){.path = path, .truth = truth};
    memcpy(p->scores + (size_t)p->count * classes, scores, classes * sizeof *scores);
    row->answer = dk_top_1(scores, p->classes);
    p->count++;
    return DK_OK;
}

float dk_prediction_probability(const dk_predictions *p, int row) {
    return p->scores[(size_t)row * (size_t)p->classes + (size_t)p->rows[row].answer];
}

bool dk_predictions_are_probabilities(const dk_predictions *p) {
    for (size_t i = 0; i < (size_t)p->count * (size_t)p->classes; i++) {
        if (!(p->scores[i] >= 0 && p->scores[i] <= 1)) {
            return false;
        }
    }
    return true;
}

/* ---- writing ---- */

static void put_head(const dk_predictions *p, dk_buffer *text) {
    for (int i = 0; i < SCORES; i++) {
        dk_buffer_add(text, "%s%s", i > 0 ? "," : "", columns[i]);
    }
    for (int i = 0; i < p->classes; i++) {
        dk_buffer_add(text, ",");
        dk_csv_put(text, p->names[i]);
    }
    dk_buffer_add(text, "\n");
}

static void put_row(const dk_predictions *p, int i, dk_buffer *text) {
    const dk_prediction *const row = &p->rows[i];
    const float *const scores = p->scores + (size_t)i * (size_t)p->classes;
    dk_csv_put(text, row->path);
    dk_buffer_put(text, ",", 1);
    dk_csv_put(text, p->names[row->truth]);
    dk_buffer_put(text, ",", 1);
    dk_csv_put(text, p->names[row->answer]);
    dk_buffer_add(text, ",%.7g", (double)scores[row->answer]);
    for (int k = 0; k < p->classes; k++) {
        dk_buffer_add(text, ",%.7g", (double)scores[k]);
    }
    dk_buffer_put(text, "\n", 1);
}

/* Hands on what stands in the buffer; a short write shows in ferror when the writer commits. */
static dk_status flush(dk_writer *w, dk_buffer *text, dk_error *err) {
    if (text->failed) {
        return dk_no_memory(err, text->size, "a row of predictions.csv");
    }
    fwrite(text->text, 1, text->size, w->f);
    text->size = 0;
    return DK_OK;
}

dk_status dk_predictions_save(const dk_predictions *p, const char *path, dk_error *err) {
    dk_buffer text = {0};
    dk_writer w;
    DK_TRY(dk_writer_open(&w, path, err));
    put_head(p, &text);
    dk_status status = flush(&w, &text, err);
    for (int i = 0; i < p->count && status == DK_OK; i++) {
        put_row(p, i, &text);
        status = flush(&w, &text, err);
    }
    dk_buffer_free(&text);
    if (status != DK_OK) {
        dk_writer_abandon(&w);
        return status;
    }
    return dk_writer_commit(&w, err);
}

dk_status dk_predictions_leave(const dk_predictions *p, const char *folder, dk_error *err) {
    char *path = NULL;
    DK_TRY(dk_path_join(&path, folder, "predictions.csv", err));
    const dk_status status = dk_predictions_save(p, path, err);
    free(path);
    return status;
}

/* ---- reading ---- */

static dk_status read_class(const dk_names *names, const dk_csv *csv, int row, int column, int *out,
                            dk_error *err) {
    const char *const name = csv->cell[(size_t)row * (size_t)csv->columns + (size_t)column];
    *out = dk_names_find(names, name, strlen(name));
    if (*out >= 0) {
        return DK_OK;
    }
    return dk_csv_fail(csv, row, err, "%s: '%.60s' is none of the classes that the head names",
                       columns[column], name);
}

static dk_status read_row(dk_predictions *p, const dk_names *names, const dk_csv *csv, int i, float *scores,
                          dk_error *err) {
    int truth = 0, answer = 0;
    double value = 0;
    DK_TRY(read_class(names, csv, i, TRUTH, &truth, err));
    DK_TRY(read_class(names, csv, i, ANSWER, &answer, err));
    for (int k = 0; k < p->classes; k++) {
        DK_TRY(dk_csv_number(csv, i, SCORES + k, (double)-FLT_MAX, (double)FLT_MAX, false, &value, err));
        scores[k] = (float)value;
    }
    DK_TRY(dk_csv_number(csv, i, PROBABILITY, (double)-FLT_MAX, (double)FLT_MAX, false, &value, err));
    if (fabs(value - (double)scores[answer]) > 1e-5 * fmax(1, fabs(value))) {
        return dk_csv_fail(csv, i, err, "probability %g is not the score of the answer %s, %g", value,
                           p->names[answer], (double)scores[answer]);
    }
    if (scores[dk_top_1(scores, p->classes)] > scores[answer]) {
        return dk_csv_fail(csv, i, err, "the answer %s has not the largest score", p->names[answer]);
    }
    DK_TRY(dk_predictions_add(p, csv->cell[(size_t)i * (size_t)csv->columns], truth, scores, err));
    p->rows[p->count - 1].answer = answer; /* ties may have been broken before the digits were cut */
    return DK_OK;
}

static dk_status read_all(dk_predictions *p, const dk_csv *csv, dk_error *err) {
    for (int i = 0; i < SCORES; i++) {
        if (i >= csv->columns || strcmp(csv->head[i], columns[i]) != 0) {
            return dk_fail(err, DK_EPARSE, "%s:1: column %d must be '%s'; is this a predictions.csv?",
                           csv->path, i + 1, columns[i]);
        }
    }
    if (csv->columns == SCORES) {
        return dk_fail(err, DK_EPARSE, "%s:1: the scores of at least one class are wanted", csv->path);
    }
    dk_predictions_open(p, csv->columns - SCORES, csv->head + SCORES);
    dk_names names;
    DK_TRY(dk_names_make(&names, p->names, p->classes, csv->arena, err));
    float *const scores = malloc((size_t)p->classes * sizeof *scores);
    dk_status status =
        scores != NULL ? DK_OK : dk_no_memory(err, (size_t)p->classes * sizeof *scores, "the scores");
    for (int i = 0; i < csv->rows && status == DK_OK; i++) {
        status = read_row(p, &names, csv, i, scores, err);
    }
    free(scores);
    return status;
}

dk_status dk_predictions_read(dk_predictions *p, const char *path, dk_error *err) {
    dk_csv *csv = NULL;
    *p = (dk_predictions){0};
    DK_TRY(dk_csv_read(&csv, path, err));
    const dk_status status = read_all(p, csv, err);
    p->arena = csv->arena; /* holds the texts, and the csv itself */
    if (status != DK_OK) {
        dk_predictions_close(p);
    }
    return status;
}

/* ---- counting ---- */

void dk_predictions_confusion(const dk_predictions *p, long *counts) {
    memset(counts, 0, (size_t)p->classes * (size_t)p->classes * sizeof *counts);
    for (int i = 0; i < p->count; i++) {
        counts[p->rows[i].truth * p->classes + p->rows[i].answer]++;
    }
}

/* Insertion into the places; few are asked for. */
int dk_predictions_worst(const dk_predictions *p, int most, int *out) {
    int filled = 0;
    for (int i = 0; i < p->count; i++) {
        if (p->rows[i].answer == p->rows[i].truth) {
            continue;
        }
        int place = filled;
        while (place > 0 && dk_prediction_probability(p, i) > dk_prediction_probability(p, out[place - 1])) {
            place--;
        }
        if (place < most) {
            filled += filled < most;
            memmove(&out[place + 1], &out[place], (size_t)(filled - 1 - place) * sizeof *out);
            out[place] = i;
        }
    }
    return filled;
}
