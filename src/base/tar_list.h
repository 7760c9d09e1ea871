/* What is in an archive: tar.c keeps the answers. */
#ifndef DK_BASE_TAR_LIST_H
#define DK_BASE_TAR_LIST_H

#include "base/tar.h"

typedef struct {
    dk_tar tar;
    dk_tar_file *files;
    int room;
    dk_arena *names; /* the path's text, too */
} dk_tar_listing;

/* Zeroed at first. Errors: those of dk_tar_list; the caller frees it all the same. */
DK_CHECKED dk_status dk_tar_listing_make(dk_tar_listing *l, const char *path, dk_error *err);
void dk_tar_listing_free(dk_tar_listing *l);

#endif
