/* The kinds of files, told by their first bytes; of pictures also by the endings of their names. A kind is a row of the
 * table in format.c: one that is read has a decoder. */
#ifndef DK_IMAGE_FORMAT_H
#define DK_IMAGE_FORMAT_H

#include "image/image.h"

enum { DK_FORMAT_HEAD = 1024 }; /* bytes from a file's beginning that tell every kind */

typedef enum {
    DK_FORMAT_READ,   /* a picture that is read */
    DK_FORMAT_UNREAD, /* a picture that is not */
    DK_FORMAT_FILM,
    DK_FORMAT_OTHER /* neither */
} dk_format_kind;

typedef struct {
    const char *bytes;
    size_t count, at; /* where the mark stands */
} dk_mark;

/* Decodes as the file has it: EXIF orientation is reported (1…8; 1 before the call), not applied. *out, NULL before, is the
 * caller's to free after a failure, too. */
typedef dk_status dk_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                            const char *name, dk_error *err);

typedef struct {
    const char *name;    /* "JPEG" */
    const char *what;    /* "a JPEG picture" */
    const char *endings; /* in lower case, a blank between; "" none */
    dk_format_kind kind;
    dk_mark marks[12];                             /* one of them is there … */
    bool (*check)(const uint8_t *bytes, size_t n); /* … or this is true; NULL: marks only */
    dk_decode *decode;
    bool (*moves)(const uint8_t *bytes, size_t size); /* holds more than one frame; NULL: taken as a still */
    bool written;                                     /* we write it, too */
} dk_format;

/* The first kind whose marks the bytes bear, or NULL. */
const dk_format *dk_format_of(const uint8_t *bytes, size_t size);

/* The same of a file, which is opened only when it is a regular one, so that nothing waits for the writer of a pipe. */
const dk_format *dk_format_look(const char *path);

/* By the ending alone, or NULL. */
const dk_format *dk_format_named(const char *path);

/* Whether the bytes bear the marks of this kind. */
bool dk_format_fits(const dk_format *format, const uint8_t *bytes, size_t size);

/* The error for a file that is none of the pictures that are read: its kind and the way out. */
DK_CHECKED dk_status dk_format_refuse(const dk_format *format, const uint8_t *bytes, size_t size,
                                      const char *name, dk_error *err);

#endif
