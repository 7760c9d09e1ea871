/* Pictures as bytes: decode JPEG, PNG, WebP, GIF, TIFF and BMP, encode JPEG and PNG. See darknet.h for dk_image.
 * A file is read by its bytes, never by its name. Decoding is strict: one that lacks pixels or is broken is an error,
 * never a grey or black picture; what costs no pixel (a missing end mark, stray bytes, broken side chunks) is not. */
#ifndef DK_IMAGE_IMAGE_H
#define DK_IMAGE_IMAGE_H

#include "base/status.h"
#include "base/text.h"

/* Decodes bytes; `name` is for messages. Grey files give c = 1, those with colours or a palette c = 3. Alpha is taken
 * over black, 16 bits are cut to 8, CMYK becomes RGB without a colour profile. Of several frames or pages the first is
 * read. EXIF orientation is applied. Errors: none of these formats (says what it looks like), truncated, corrupt, 0
 * pixels, sides above 65,535, more than 2^28 pixels, more work than a picture needs. */
DK_CHECKED dk_status dk_image_decode(dk_image **out, const uint8_t *bytes, size_t size, const char *name,
                                     dk_error *err);

/* The endings of pictures that are read, for messages: ".jpg .jpeg …". */
extern const char dk_image_endings[];
/* Whether the path ends in one of them, in any case; and whether it is an ending of those that we write. */
bool dk_image_named(const char *path);
bool dk_image_written(const char *path);

/* A black picture. */
DK_CHECKED dk_status dk_image_new(dk_image **out, int w, int h, int c, dk_error *err);

/* Writes a PNG aside and renames it. */
DK_CHECKED dk_status dk_image_save_png(const dk_image *image, const char *path, dk_error *err);
/* Writes a baseline JPEG of the given quality 1…100. */
DK_CHECKED dk_status dk_image_save_jpeg(const dk_image *image, const char *path, int quality, dk_error *err);
/* The bytes of one, added to a buffer that the caller frees, also after a failure; `name` is for messages. */
DK_CHECKED dk_status dk_jpeg_encode(dk_buffer *out, const dk_image *image, int quality, const char *name,
                                    dk_error *err);

/* Luma .299 R + .587 G + .114 B (BT.601), rounded. */
uint8_t dk_image_luma(const uint8_t *rgb);

#endif
