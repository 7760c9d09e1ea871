/* What format.c and image.c need of each file format. The functions here are one floor's own affair; from outside use
 * image.h. */
#ifndef DK_IMAGE_CODEC_H
#define DK_IMAGE_CODEC_H

#include "image/format.h"

DK_CHECKED dk_decode dk_jpeg_decode, dk_png_decode, dk_webp_decode, dk_gif_decode, dk_tiff_decode,
    dk_bmp_decode;

/* Whether the bytes hold a film rather than a picture. */
bool dk_jpeg_moves(const uint8_t *bytes, size_t size);
bool dk_gif_moves(const uint8_t *bytes, size_t size);

/* The same of a PNG whose pixels are indices (image/indexed.h), as a picture of one channel. */
DK_CHECKED dk_decode dk_png_decode_indices;
/* The error for a file that holds none but is `what`: "a PNG in RGB". */
DK_CHECKED dk_status dk_png_refuse_indices(const char *what, const char *name, dk_error *err);

/* Encode into a buffer that the caller frees, also after a failure. */
DK_CHECKED dk_status dk_png_encode(dk_buffer *out, const dk_image *image, const char *name, dk_error *err);
DK_CHECKED dk_status dk_png_encode_indices(dk_buffer *out, const dk_image *image, const uint8_t (*palette)[3],
                                           int colours, const char *name, dk_error *err);

/* Writes what an encoder made, unless it failed, and frees it. */
DK_CHECKED dk_status dk_image_write(dk_buffer *bytes, dk_status made, const char *path, dk_error *err);

#define DK_IMAGE_MOST_BYTES (1UL << 30) /* of a file: no picture of 2^28 pixels is larger */

/* The orientation tag of a TIFF block (EXIF, with or without its "Exif\0\0" mark): 1…8, and 1 for anything broken or
 * absent. Never reads outside the block. */
int dk_exif_orientation(const uint8_t *tiff, size_t size);

/* Turns the picture upright in place of *image. */
DK_CHECKED dk_status dk_image_orient(dk_image **image, int orientation, dk_error *err);

/* 0 < w, h ≤ 65,535 and w·h ≤ 2^28, else DK_EFORMAT that names the file. */
DK_CHECKED dk_status dk_image_check_size(unsigned long w, unsigned long h, const char *name, dk_error *err);

/* That w·h pixels, which take `wanted` unpacked bytes or codes, can come out of `size` bytes, of which one gives `most`
 * at most; else DK_EFORMAT: `format` ends early. Below 2^26 nothing is asked where a format has no firm bound: `soft`. */
typedef struct {
    const char *format; /* "PNG" */
    unsigned long w, h;
    uint64_t wanted, most;
    bool soft;
} dk_density;
DK_CHECKED dk_status dk_image_check_density(const dk_density *d, size_t size, const char *name,
                                            dk_error *err);

/* A value under alpha over black, rounded. */
static inline uint8_t dk_over_black(unsigned value, unsigned alpha) {
    return (uint8_t)((value * alpha + 127) / 255);
}

#endif
