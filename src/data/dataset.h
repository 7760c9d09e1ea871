/* Data sets: the .data file, and the pictures with their labels that a list file or a folder names. */
#ifndef DK_DATA_DATASET_H
#define DK_DATA_DATASET_H

#include "base/arena.h"
#include "base/log.h"
#include "cfg/option.h"
#include "image/found.h"

/* Keys of a .data file. Detector keys of Darknet (map, eval, difficult …) are accepted and unused here. */
typedef struct {
    int classes, top;
    int outputs; /* numbers that belong to a picture, in place of a class; names are theirs then */
    const char *train, *valid, *test; /* list file, folder or archives; NULL: not given */
    int window;                       /* pictures of archives are shuffled within so many; 0: all */
    const char *labels,
        *names; /* names for display; labels (default: names) are what paths are searched for */
    const char *backup, *results; /* folders for checkpoints and for runs */
    const char *pretrained; /* weights that training starts from when none are given; NULL: random values */
    const char *get;        /* how to get the pictures: said when train, valid or test is not there */
} dk_data_conf;
extern const dk_opt dk_data_opts[];

typedef struct {
    dk_cfg *cfg;
    dk_data_conf conf;
    const char **labels, **names; /* conf.classes each */
    const char *path;             /* of the .data file */
    const char *note;             /* label files with more lines than classes, or NULL */
} dk_data;

/* Reads a .data file with its label files. set: "key=value" overrides ending with NULL, or NULL. Relative
 * paths are looked for in the current folder, then under PREFIX/share/darknet (dk_share_find). Where `classes` is given,
 * the first lines of names and labels count, as in Darknet, whose imagenet1k.data names a list of all 21,842. Errors:
 * fewer lines than classes, names and labels of different lengths without `classes`, an empty line in the middle, a
 * label twice. White space around labels is cut off. What is worth knowing of it is told. */
DK_CHECKED dk_status dk_data_load(dk_data **out, const char *path, const char *const *set, const dk_log *log,
                                  dk_error *err);
void dk_data_close(dk_data *data); /* accepts NULL */

typedef struct dk_truth_kind dk_truth_kind; /* truth.h */

/* What is wanted to be known of pictures. */
typedef struct {
    const dk_truth_kind *kind; /* NULL: nothing */
    const char *const *labels; /* of classes: what paths are searched for */
    int classes;
    int outputs; /* numbers of each picture */
} dk_truth_conf;

typedef struct {
    const char *path;
    int label;      /* its class; −1 where truths are of another kind, or not wanted */
    uint32_t place; /* its number in the order in which archives hold their files */
} dk_sample;

typedef struct {
    dk_arena *arena;
    const char *source; /* list, folder or archives */
    dk_sample *samples;
    int count, room, classes;
    int *per_class; /* samples of each class; NULL without labels */
    dk_truth_conf truth;
    void *truths;           /* what its kind keeps */
    uint32_t *archive_ends; /* the place behind each archive's files, rising; NULL: the set lies in none */
    int archive_count;
    dk_unread unread; /* pictures of kinds that are not read: of a folder, or of what a list names */
} dk_dataset;

/* Opens a list file (one path per line, blank lines passed over, CRLF and UTF-16 fine), a folder (searched for
 * pictures as dk_image_found knows them, sorted by path) or tar archives (shards.h). A class is the folder component nearest to the file
 * that equals a label, else the one label that is a substring of the path; how composed letters are spelt does not
 * matter. None or several is DK_EDATA: the message counts them and names the first. An empty set is an error, and a list of which nothing is there for a reason that can be told
 * (list_paths.h). */
DK_CHECKED dk_status dk_dataset_open(dk_dataset **out, const char *source, const dk_truth_conf *truth,
                                     dk_error *err);
/* Whether there is such a source: that its pictures are is not looked for. */
bool dk_dataset_there(const char *source);
void dk_dataset_close(dk_dataset *set); /* accepts NULL */

/* The same for a source of a .data file (conf.train, .valid, .test, or one from the command line), with what is
 * true of its pictures by that kind (NULL: nothing is wanted). Pictures of kinds that are not read are told. When nothing is
 * there, the message ends with the file's `get` hint. A NULL source is an error. */
DK_CHECKED dk_status dk_data_open(dk_dataset **out, const dk_data *data, const char *source,
                                  const dk_truth_kind *kind, const dk_log *log, dk_error *err);

#endif
