/* What `predict` of every task has in common: a .data file and a network, and the pictures that it is asked about: files
 * and folders of the line or, when that names none, one path a line from stdin. One that cannot be read is told, the
 * others go on, and the exit code is 1. Answers are lines, or one JSON array with an object for each picture. */
#ifndef DK_APP_ASKED_H
#define DK_APP_ASKED_H

#include "app/setup.h"
#include "base/json.h"
#include "image/found.h"
#include "image/image.h"
#include "run/predict.h"

typedef struct {
    const dk_call *call; /* DATA CFG WEIGHTS [PICTURE_OR_FOLDER ...] */
    const dk_model_flags *flags;
    bool as_json;
    dk_status (*open)(void *user, dk_error *err); /* in place of dk_asked_net, once data is there; or NULL */
    dk_status (*answer)(void *user, const char *path, const dk_image *image, dk_error *err);
    void *user;

    dk_data *data;
    dk_predictor *predictor; /* of dk_asked_net */
    float *answers;          /* to one picture; the same */
    dk_buffer text;
    dk_json json;     /* out NULL: lines of text instead */
    int done, bad;    /* pictures */
    dk_unread unread; /* of the folder that is walked */
} dk_asked;

/* Opens, answers and closes. DK_EIO when pictures could not be read; after what there is was printed. */
DK_CHECKED dk_status dk_asked_run(dk_asked *asked, dk_error *err);

/* Opens the network, sees that it fits, and warms it. temperature: of scores; 1: as they are. */
DK_CHECKED dk_status dk_asked_net(dk_asked *asked, double temperature, dk_error *err);

/* Begins what is said of a picture: its line or, in JSON, its object, which the command closes. */
void dk_asked_begin(dk_asked *asked, const char *path, const dk_image *image, double milliseconds);

/* The object alone. */
void dk_asked_head(dk_json *j, const char *path, const dk_image *image, double milliseconds);

/* {"name": NAME, KEY: VALUE}, into the array that is open. */
void dk_asked_named(dk_json *j, const char *name, const char *key, double value);

#endif
