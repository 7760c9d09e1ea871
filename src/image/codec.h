/* What image.c needs of each file format. The functions here are one floor's own affair; from outside use
 * image.h. */
#ifndef DK_IMAGE_CODEC_H
#define DK_IMAGE_CODEC_H

#include "image/image.h"

typedef enum { DK_PICTURE_JPEG, DK_PICTURE_PNG, DK_PICTURE_OTHER } dk_picture_kind;

/* By the first bytes. For DK_PICTURE_OTHER `what` is told what the bytes look like: "is a GIF", "is empty".
 */
dk_picture_kind dk_picture_sniff(const uint8_t *bytes, size_t size, char what[80]);

/* Decode as the file has it: EXIF orientation is reported (1…8), not applied. */
DK_CHECKED dk_status dk_jpeg_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                                    const char *name, dk_error *err);
DK_CHECKED dk_status dk_png_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                                   const char *name, dk_error *err);

/* Encodes into a buffer that the caller frees, also after a failure. */
DK_CHECKED dk_status dk_png_encode(dk_buffer *out, const dk_image *image, const char *name, dk_error *err);

/* The orientation tag of a TIFF block (EXIF without its "Exif\0\0" mark): 1…8, and 1 for anything broken or
 * absent. Never reads outside the block. */
int dk_exif_orientation(const uint8_t *tiff, size_t size);

/* Turns the picture upright in place of *image. */
DK_CHECKED dk_status dk_image_orient(dk_image **image, int orientation, dk_error *err);

/* 0 < w, h and w·h ≤ 2^28, else DK_EFORMAT that names the file. */
DK_CHECKED dk_status dk_image_check_size(unsigned long w, unsigned long h, const char *name, dk_error *err);

#endif
