/* Memory that grows with the number of classes and is not the net's: answers of a batch, those that are kept, tables. It is
 * counted before a run begins, as the nets' own is. */
#ifndef DK_RUN_ANSWERS_H
#define DK_RUN_ANSWERS_H

#include <stddef.h>

#include "base/status.h"

typedef struct {
    const char *path; /* of the .data file, for messages */
    int classes;
    int views;   /* pictures, or views of them, at once */
    int passes;  /* loaders: one, or two when a training validates */
    long kept;   /* pictures whose scores are kept until the end of a pass */
    int tables;  /* run/metrics.h */
    size_t used; /* bytes that the nets take */
} dk_answers_plan;

/* DK_ENOMEM, with what to do about it, when all that is more than max_memory leaves (0: no limit). */
DK_CHECKED dk_status dk_answers_check(const dk_answers_plan *plan, size_t max_memory, dk_error *err);

#endif
