/* What is opened to look at pictures: a .data file, a network, a set of pictures and the stream of its batches. */
#ifndef DK_RUN_MEASURING_H
#define DK_RUN_MEASURING_H

#include "data/loader.h"
#include "run/model.h"
#include "run/task.h"

typedef struct {
    const char *data;            /* path of the .data file */
    const char *const *set_data; /* "key=value", ending with NULL, or NULL */
    dk_model *model;             /* that is there already, or NULL: opened with `open` */
    /* n is worked out: as many views at once as [net] has pictures in a part of a batch. Data and network must fit its
     * task; task NULL: they need not. */
    dk_model_options open;
    bool unbuilt;               /* the cfg is only read: no network */
    const char *source;         /* list or folder; NULL: as the .data file says */
    size_t source_at;           /* which of its keys that is: offset in dk_data_conf */
    const dk_truth_kind *truth; /* NULL: none is wanted */
    const dk_view *views;       /* of each picture, view_count; NULL: one, the whole */
    int view_count;
    int threads;   /* of the stream */
    float max_bad; /* share of unreadable pictures that is tolerated; 0: as [net] says */
    bool round;    /* the stream goes round for ever, in an order of its own; else once through, in order */
} dk_measuring_options;

typedef struct {
    dk_measuring_options options; /* view_count ≥ 1 */
    dk_data *data;
    dk_model *model, own; /* own: the one that was opened */
    const char *source;
    dk_dataset *set;
    dk_stream *stream; /* pictures as they are */
} dk_measuring;

/* All but the stream; what the .data file and the set want to be known is told to open's log. After a failure,
 * dk_measuring_close gives back what there is. */
DK_CHECKED dk_status dk_measuring_open(dk_measuring *m, const dk_measuring_options *o, dk_error *err);

/* Opens the stream. */
DK_CHECKED dk_status dk_measuring_start(dk_measuring *m, dk_error *err);

void dk_measuring_close(dk_measuring *m); /* accepts a zeroed one */

#endif
