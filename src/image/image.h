/* Pictures as bytes: decode JPEG and PNG, encode PNG. See darknet.h for dk_image.
 * Decoding is strict: a file that is cut short or broken is an error, never a grey or black picture. */
#ifndef DK_IMAGE_IMAGE_H
#define DK_IMAGE_IMAGE_H

#include "base/status.h"
#include "base/text.h"

/* Decodes bytes; `name` is for messages. Grey files give c = 1, all others c = 3 (alpha over black is
 * dropped, 16 bits are cut to 8, CMYK is an error). EXIF orientation is applied. Errors: not JPEG or PNG
 * (says what it looks like), truncated, corrupt, 0 pixels, more than 2^28 pixels. */
DK_CHECKED dk_status dk_image_decode(dk_image **out, const uint8_t *bytes, size_t size, const char *name,
                                     dk_error *err);

/* Whether the path ends as those of pictures do: .jpg .jpeg .png. */
bool dk_image_named(const char *path);

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
