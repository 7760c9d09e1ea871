/* frames.csv and faces.csv, and boxes held against them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "bench_faces/bench_faces.h"

#define OVERLAP .4f

/* Of faces that both found: a Haar square has .88 of the height of YuNet's box, and its centre .02 of its side higher. */
dk_box faces_square(const dk_box *b) {
    const float side = .88f * b->h;
    return (dk_box){b->x + b->w / 2 - side / 2, b->y + b->h / 2 - .52f * side, side, side};
}

double faces_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static dk_status read_csv(dk_csv **csv, const char *folder, const char *name, dk_error *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return dk_csv_read(csv, path, err);
}

static dk_status add_frames(faces_truth *t, const dk_csv *csv, const char *only, dk_error *err) {
    int file = 0, frame = 0;
    DK_TRY(dk_csv_column(csv, "file", &file, err));
    DK_TRY(dk_csv_column(csv, "frame", &frame, err));
    t->frames = calloc((size_t)csv->rows + 1, sizeof *t->frames);
    if (t->frames == NULL) {
        return dk_no_memory(err, (size_t)csv->rows * sizeof *t->frames, "the truth");
    }
    for (int i = 0; i < csv->rows; i++) {
        const char *name = csv->cell[i * csv->columns + file];
        double number = 0;
        DK_TRY(dk_csv_number(csv, i, frame, 0, 1e9, false, &number, err));
        if (strstr(name, only) != NULL) {
            faces_frame *f = &t->frames[t->count++];
            snprintf(f->file, sizeof f->file, "%s", name);
            f->number = (long)number;
        }
    }
    return DK_OK;
}

static dk_status box_of(const dk_csv *csv, int row, dk_box *box, dk_error *err) {
    static const char *const names[] = {"x", "y", "w", "h"};
    float *const at[] = {&box->x, &box->y, &box->w, &box->h};
    for (int i = 0; i < 4; i++) {
        int column = 0;
        double value = 0;
        DK_TRY(dk_csv_column(csv, names[i], &column, err));
        DK_TRY(dk_csv_number(csv, row, column, -1e6, 1e6, false, &value, err));
        *at[i] = (float)value;
    }
    return DK_OK;
}

const faces_frame *faces_frame_of(const faces_truth *t, const char *file, long number) {
    for (int i = 0; i < t->count; i++) {
        if (t->frames[i].number == number && strcmp(t->frames[i].file, file) == 0) {
            return &t->frames[i];
        }
    }
    return NULL;
}

/* emotion: column of it, −1: none. */
static dk_status add_faces(faces_truth *t, const dk_csv *csv, int emotion, dk_error *err) {
    int file = 0, frame = 0;
    DK_TRY(dk_csv_column(csv, "file", &file, err));
    DK_TRY(dk_csv_column(csv, "frame", &frame, err));
    for (int i = 0; i < csv->rows; i++) {
        double number = 0;
        const char *const *cell = csv->cell + i * csv->columns;
        DK_TRY(dk_csv_number(csv, i, frame, 0, 1e9, false, &number, err));
        faces_frame *f = (faces_frame *)faces_frame_of(t, cell[file], (long)number);
        if (f != NULL && f->count < FACES_MOST) {
            faces_face *face = &f->faces[f->count++];
            DK_TRY(box_of(csv, i, &face->box, err));
            face->square = faces_square(&face->box);
            snprintf(face->emotion, sizeof face->emotion, "%s", emotion >= 0 ? cell[emotion] : "");
        }
    }
    return DK_OK;
}

static dk_status read_truth(faces_truth *t, dk_csv *csv[2], const faces_arguments *a, dk_error *err) {
    DK_TRY(read_csv(&csv[0], a->folder, "frames.csv", err));
    DK_TRY(read_csv(&csv[1], a->folder, "faces.csv", err));
    DK_TRY(add_frames(t, csv[0], a->only, err));
    DK_TRY(add_faces(t, csv[1], -1, err));
    char path[4096];
    snprintf(path, sizeof path, "%s/emotions.csv", a->folder);
    return dk_path_exists(path) ? dk_csv_read(&t->emotions, path, err) : DK_OK;
}

dk_status faces_truth_open(faces_truth *t, const faces_arguments *a, dk_error *err) {
    dk_csv *csv[2] = {NULL};
    const dk_status status = read_truth(t, csv, a, err);
    dk_csv_close(csv[0]);
    dk_csv_close(csv[1]);
    return status;
}

void faces_truth_close(faces_truth *t) {
    dk_csv_close(t->emotions);
    free(t->frames);
}

int faces_next_file(const faces_truth *t, int frame) {
    int i = frame;
    while (i < t->count && strcmp(t->frames[i].file, t->frames[frame].file) == 0) {
        i++;
    }
    return i;
}

static bool touches(const faces_frame *truth, const dk_box *box) {
    for (int i = 0; i < truth->count; i++) {
        if (dk_box_overlap(&truth->faces[i].box, box) > 0) {
            return true;
        }
    }
    return false;
}

void faces_judge(faces_tally *tally, const faces_frame *truth, const dk_box *boxes, int count) {
    tally->frames++;
    tally->faces += truth->count;
    for (int i = 0; i < truth->count; i++) {
        bool found = false;
        for (int k = 0; k < count && !found; k++) {
            found = dk_box_overlap(&truth->faces[i].square, &boxes[k]) > OVERLAP;
        }
        tally->found += found;
    }
    for (int k = 0; k < count; k++) {
        tally->wrong += !touches(truth, &boxes[k]);
    }
}

void faces_add(faces_tally *to, const faces_tally *more) {
    to->frames += more->frames;
    to->faces += more->faces;
    to->found += more->found;
    to->wrong += more->wrong;
    to->seconds += more->seconds;
}

void faces_line(const char *name, const faces_tally *t) {
    const double frames = t->frames > 0 ? (double)t->frames : 1, faces = t->faces > 0 ? (double)t->faces : 1;
    printf("%-44s %4ld frames, found %3ld of %3ld = %5.1f %%, false a frame %.3f (%ld), processor ms a frame "
           "%6.1f",
           name, t->frames, t->found, t->faces, 100 * (double)t->found / faces, (double)t->wrong / frames,
           t->wrong, 1e3 * t->seconds / frames);
}
