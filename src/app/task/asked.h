/* The pictures that a command is asked about: files and folders of its line or, when that names none, one path a line
 * from stdin. One that cannot be read is told, the others go on. */
#ifndef DK_APP_ASKED_H
#define DK_APP_ASKED_H

#include "app/command.h"
#include "image/found.h"
#include "image/image.h"

typedef struct {
    const dk_call *call;
    int first;    /* argument that is the first picture */
    bool prompts; /* asks for each path where stdin is a terminal */
    dk_status (*answer)(void *user, const char *path, const dk_image *image, dk_error *err);
    void *user;
    int done, bad;    /* pictures */
    dk_unread unread; /* of the folder that is walked */
} dk_asked;

DK_CHECKED dk_status dk_asked_run(dk_asked *asked, dk_error *err);

/* DK_EIO when some could not be read; after what there is was printed. */
DK_CHECKED dk_status dk_asked_end(const dk_asked *asked, dk_error *err);

#endif
