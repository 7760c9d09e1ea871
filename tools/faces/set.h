/* Data sets of single faces. A set is OUT/{train,validation}/FOLDER/NNNNN.png; what is true of a picture is its folder, or
 * is kept beside it. */
#ifndef SET_H
#define SET_H

#include "base/text.h"
#include "jobs.h"
#include "picture.h"

/* A picture of a set, by what can be true of it. */
struct sample {
    const char *out, *split, *name; /* "OUT", "train", "00012" */
    int size;
    struct face face;
    struct framing framing;
};

struct set_kind {
    const char *const *folders; /* in each split */
    int folder_count, dealt;    /* pictures are dealt out among the first `dealt` */
    const char *const *names;   /* of what is kept: lines of OUT/names */
    int name_count;
    struct pose (*pose)(dk_rng *rng); /* NULL: as face_random has it */
    /* Keeps what is true of the picture, and adds it to its line of OUT/{train,validation}.list, if the path is not all;
     * NULL: nothing is kept, and there are no lists. */
    dk_status (*keep)(const struct sample *sample, dk_buffer *line, dk_error *err);
};

/* "OUT/train/FOLDER/00012.png", or another ending. */
enum { SET_PATH = 4096 };
DK_CHECKED dk_status set_path(char path[SET_PATH], const struct sample *sample, const char *folder,
                              const char *ending, dk_error *err);

extern const struct set_kind set_of_emotions, set_of_poses, set_of_masks;

#endif
