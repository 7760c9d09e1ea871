/* What is true of a picture, as numbers that a network is taught or measured against. A kind is a file (truth_class.c …)
 * and a task that names it; sets, rows and the loader know kinds by this interface only. */
#ifndef DK_DATA_TRUTH_H
#define DK_DATA_TRUTH_H

#include "base/text.h"
#include "data/dataset.h"
#include "data/loader.h"
#include "data/mix.h"
#include "image/warp.h"

/* What a row shows of its picture, so that truths which have a place can follow. */
typedef struct {
    int w, h;      /* of the picture */
    dk_affine map; /* network pixel → picture pixel */
} dk_row_view;

struct dk_truth_kind {
    const char *name;
    size_t
        size; /* of what a set keeps: dk_dataset.truths, zeroed at first; it may point into the set's arena */

    /* Reading a set: open, then read for each picture in its order, then check. entry is a line of a list, or a path that
     * was found in a folder (line 0); what is no path of it is cut off. close gives back what the arena does not hold. */
    dk_status (*open)(dk_dataset *set, dk_error *err);
    dk_status (*read)(dk_dataset *set, dk_sample *sample, char *entry, int line, dk_error *err);
    dk_status (*check)(const dk_dataset *set, dk_error *err); /* optional */
    bool (*beside)(
        const char *path); /* optional: a file in a folder of pictures that is none, but says what is true */
    void (*move)(dk_dataset *set, int to,
                 int from); /* optional: a picture takes the place of one that is left out */
    uint64_t (*hash)(const dk_dataset *set, int picture,
                     uint64_t seed); /* optional: of what is true, beside the label */
    void (*close)(dk_dataset *set);  /* optional */

    /* For `dataset pack`: what is true of a picture, as the bytes of the file beside it, and that one's ending. */
    const char *ending;
    dk_status (*pack)(const dk_dataset *set, int picture, dk_buffer *out, dk_error *err);

    /* A row: its floats; the truth of a picture; and that mixed with the truth of a partner (optional: dk_truth_blend). fill
     * fails with DK_EDATA only for what no other picture would mend. */
    size_t (*floats)(const dk_dataset *set, const dk_loader_conf *conf);
    dk_status (*fill)(const dk_dataset *set, int picture, const dk_row_view *view, const dk_loader_conf *conf,
                      float *row, dk_error *err);
    void (*mix)(const dk_dataset *set, const dk_mix *mix, const float *partner, const dk_loader_conf *conf,
                float *row);
};

/* Which of the set's classes it is: one-hot, smoothed by conf.label_smooth; the label stands in the path. */
extern const dk_truth_kind dk_truth_class;
/* Numbers, as many as outputs of the .data file says. */
extern const dk_truth_kind dk_truth_values;
/* A class for each pixel (truth_planes.h). */
extern const dk_truth_kind dk_truth_planes;

/* row ← row·(1 − share) + partner·share, for kinds whose truths are mixed as pixels are. */
void dk_truth_blend(float share, const float *partner, size_t n, float *row);

#endif
