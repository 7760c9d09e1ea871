/* Which files of a folder are pictures. */
#ifndef DK_IMAGE_FOUND_H
#define DK_IMAGE_FOUND_H

#include "base/log.h"
#include "image/format.h"

/* Pictures of kinds that are not read, counted by kind. A zeroed one is empty. */
typedef struct {
    int count, kinds;
    struct {
        char name[12]; /* the ending, ".heic", or, where it is another's, the kind: "HEIC" */
        int count;
    } kind[16]; /* the last one is for all others */
} dk_unread;

/* Whether a file is a picture that is read. Files with the endings of such pictures are not opened: folders have many
 * thousands of them. Others are what their first bytes say. One of a kind that is not read is counted. */
bool dk_image_found(const char *path, dk_unread *unread);

/* ".heic 4, .avif 2" */
typedef struct {
    char text[320];
} dk_unread_text;
dk_unread_text dk_unread_list(const dk_unread *unread);

/* A warning: "SOURCE: 6 files are pictures of kinds that are not read: .heic 4, .avif 2". Nothing when there are none. */
void dk_unread_warn(const dk_unread *unread, const char *source, const dk_log *log);

/* Whether the picture's file is a film: a GIF of more than one frame, JPEGs one behind the other. */
bool dk_image_moves(const dk_format *format, const char *path);

#endif
