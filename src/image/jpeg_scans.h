/* The markers of a JPEG file, without decoding it. */
#ifndef DK_IMAGE_JPEG_SCANS_H
#define DK_IMAGE_JPEG_SCANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    int scans;
    size_t end; /* where the bytes behind the end mark begin, or the file ends */
    bool
        several; /* says that it is one of several pictures that belong together (MPF): a 3D pair, a gain map */
} dk_jpeg_marks;

dk_jpeg_marks dk_jpeg_walk(const uint8_t *bytes, size_t size);

#endif
