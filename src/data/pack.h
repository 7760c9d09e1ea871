/* A set as tar archives: FOLDER/NAME-000000.tar … with their indices, which shards.h reads and other programs, too
 * (WebDataset: files of one name are one sample). */
#ifndef DK_DATA_PACK_H
#define DK_DATA_PACK_H

#include "data/dataset.h"

typedef struct {
    const char *folder; /* is made */
    const char *name;   /* "train" */
    size_t most;        /* bytes of an archive, about; one holds at least one picture */
    uint64_t
        seed; /* of the order in which pictures are written: shuffled, so that any window has some of all */
} dk_pack_conf;

typedef struct {
    int pictures, archives;
    char *source; /* what a .data file names: "FOLDER/NAME-{000000..000003}.tar"; the caller frees it */
} dk_packed;

/* Writes the pictures of the set, byte for byte, each with what is true of it. A picture is called LABEL/NUMBER_NAME.jpg
 * where it has a class, else NUMBER_NAME.jpg: NUMBER is its own in the set, which is read back in that order. Equal sets and seeds
 * make equal archives. Errors: a picture that is not there, a set without a picture, archives of another set in the folder,
 * what writing finds; archives that were written stay. */
DK_CHECKED dk_status dk_pack(const dk_dataset *set, const dk_pack_conf *conf, dk_packed *out, dk_error *err);

#endif
