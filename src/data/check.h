/* Looking through a data set: pictures that cannot be read, that show nothing (all pixels equal), and that
 * are there more than once (equal decoded pixels), within and across train, valid and test. */
#ifndef DK_DATA_CHECK_H
#define DK_DATA_CHECK_H

#include <stdint.h>

#include "data/dataset.h"

enum { DK_CHECK_SPLITS = 3 }; /* at most */

typedef struct {
    const char *name;   /* "train" */
    const char *source; /* list or folder */
    const dk_dataset *set;
} dk_check_split;

/* What is wrong with a picture; the first that holds. */
typedef enum {
    DK_CHECK_GOOD,
    DK_CHECK_UNREADABLE,
    DK_CHECK_CONSTANT,
    DK_CHECK_CONFLICT, /* an identical picture has another label */
    DK_CHECK_TWIN,     /* an identical picture is in another split */
    DK_CHECK_COPY,     /* an identical picture came before in this split */
    DK_CHECK_FAULTS
} dk_check_fault;
const char *dk_check_fault_name(dk_check_fault fault); /* "unreadable" … */

typedef struct {
    int split;
    const dk_sample *sample;
    const char *reason; /* why it cannot be read, or NULL */
    bool constant;
    uint64_t hash; /* of size and pixels */
    int group;     /* −1: no other is identical */
    dk_check_fault fault;
} dk_check_picture;

/* Identical pictures: members[first … first + count − 1], in the order of splits and sets. */
typedef struct {
    int first, count;
    int in[DK_CHECK_SPLITS]; /* members of each split */
    bool conflict;           /* labels differ */
} dk_check_group;

typedef struct {
    dk_arena *arena;
    dk_check_split splits[DK_CHECK_SPLITS];
    int split_count;
    bool
        *bare[DK_CHECK_SPLITS]; /* for each class: no picture of it can be read; NULL: a set without labels */
    dk_check_picture *pictures; /* split after split, each in the order of its set */
    int count;
    int *members; /* indices of pictures */
    dk_check_group *groups;
    int group_count;
} dk_check;

/* Decodes every picture on `threads` threads. The sets stay the caller's and must outlive the check. */
DK_CHECKED dk_status dk_check_open(dk_check **out, const dk_check_split *splits, int count, int threads,
                                   dk_error *err);
void dk_check_close(dk_check *check); /* accepts NULL */

/* Pictures of a split with this fault. */
int dk_check_count(const dk_check *check, int split, dk_check_fault fault);
/* Pictures of `split` that have an identical one in `other` (itself: that came before). */
int dk_check_twins(const dk_check *check, int split, int other);

#endif
