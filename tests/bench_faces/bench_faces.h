/* The parts of bench_faces: its truth, and the three things that it measures. */
#ifndef DK_BENCH_FACES_H
#define DK_BENCH_FACES_H

#include "base/csv.h"
#include "live/live.h"

typedef struct {
    const char *folder, *weights, *only;
    dk_finder_conf finder;
} faces_arguments;

/* A face of a frame: its box, and the square that Haar would put there. */
typedef struct {
    dk_box box, square;
    char emotion[32]; /* "": not known */
} faces_face;

enum { FACES_MOST = 64 };

/* A frame that was looked at. */
typedef struct {
    char file[256];
    long number;
    int count;
    faces_face faces[FACES_MOST];
} faces_frame;

typedef struct {
    faces_frame *frames; /* those of a file stand together, rising */
    int count;
    dk_csv *emotions; /* NULL: none */
} faces_truth;

typedef struct {
    long frames, faces, found, wrong; /* wrong: boxes that touch no face */
    double seconds;
} faces_tally;

/* a->only: others are left out. */
dk_status faces_truth_open(faces_truth *t, const faces_arguments *a, dk_error *err);
void faces_truth_close(faces_truth *t);
/* The first frame of the next file; t->count at the end. */
int faces_next_file(const faces_truth *t, int frame);
/* NULL: it was not looked at. */
const faces_frame *faces_frame_of(const faces_truth *t, const char *file, long number);
dk_box faces_square(const dk_box *box);

/* Processor time of this thread: OpenCV is told to use no other. */
double faces_seconds(void);

/* Counts what a frame's boxes have found. */
void faces_judge(faces_tally *tally, const faces_frame *truth, const dk_box *boxes, int count);
void faces_line(const char *name, const faces_tally *tally);
void faces_add(faces_tally *to, const faces_tally *more);

/* Frame by frame, everywhere; through the demo (films only); names. Each prints its table. */
dk_status faces_find(const faces_truth *t, const faces_arguments *a, dk_error *err);
dk_status faces_follow(const faces_truth *t, const faces_arguments *a, dk_error *err);
dk_status faces_name(const faces_truth *t, const faces_arguments *a, dk_error *err);

#endif
