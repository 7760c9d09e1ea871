/* Pictures in memory, and the way from bytes to them: look at the first bytes, let the format's decoder work,
 * turn upright. Not here: the formats (format.c), and the way into a network (warp.c). */
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "image/codec.h"
#include "image/format.h"

#define MAX_PIXELS (1UL << 28)
#define MAX_SIDE 65535UL

dk_status dk_image_check_size(unsigned long w, unsigned long h, const char *name, dk_error *err) {
    if (w == 0 || h == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: has %lux%lu pixels; a picture has at least 1x1", name, w, h);
    }
    if (w > MAX_SIDE || h > MAX_SIDE) {
        return dk_fail(err, DK_EFORMAT, "%s: has %lux%lu pixels; sides of at most %lu are read", name, w, h,
                       MAX_SIDE);
    }
    if (h > MAX_PIXELS / w) {
        return dk_fail(err, DK_EFORMAT, "%s: has %lux%lu pixels; at most %lu in all are read", name, w, h,
                       MAX_PIXELS);
    }
    return DK_OK;
}

dk_status dk_image_check_density(const dk_density *d, size_t size, const char *name, dk_error *err) {
    if ((d->soft && d->wanted <= 1UL << 26) || d->wanted <= (uint64_t)size * d->most) {
        return DK_OK;
    }
    return dk_fail(err, DK_EFORMAT, "%s: %s ends early (%zu bytes cannot hold %lux%lu pixels)", name,
                   d->format, size, d->w, d->h);
}

dk_status dk_image_new(dk_image **out, int w, int h, int c, dk_error *err) {
    *out = NULL;
    if (c != 1 && c != 3) {
        return dk_fail(err, DK_EUSAGE, "a picture has 1 or 3 channels, not %d", c);
    }
    if (w < 1 || h < 1 || (unsigned long)h > MAX_PIXELS / (unsigned long)w) {
        return dk_fail(err, DK_EUSAGE, "a picture of %dx%d pixels cannot be; 1 to %lu pixels can", w, h,
                       MAX_PIXELS);
    }
    const size_t bytes = (size_t)w * (size_t)h * (size_t)c;
    dk_image *image = malloc(sizeof *image);
    uint8_t *pixels = calloc(bytes, 1);
    if (image == NULL || pixels == NULL) {
        free(image);
        free(pixels);
        return dk_no_memory(err, bytes, "a picture");
    }
    *image = (dk_image){.w = w, .h = h, .c = c, .pixels = pixels};
    *out = image;
    return DK_OK;
}

dk_status dk_image_from(dk_image **out, int w, int h, int c, const uint8_t *pixels, dk_error *err) {
    const dk_status status = dk_image_new(out, w, h, c, err);
    if (*out != NULL) {
        memcpy((*out)->pixels, pixels, (size_t)w * (size_t)h * (size_t)c);
    }
    return status;
}

void dk_image_free(dk_image *image) {
    if (image != NULL) {
        free(image->pixels);
        free(image);
    }
}

uint8_t dk_image_luma(const uint8_t *rgb) {
    return (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
}

dk_status dk_image_decode(dk_image **out, const uint8_t *bytes, size_t size, const char *name,
                          dk_error *err) {
    *out = NULL;
    dk_image *image = NULL;
    int orientation = 1;
    const dk_format *const format = dk_format_of(bytes, size);
    if (format == NULL || format->decode == NULL) {
        return dk_format_refuse(format, bytes, size, name, err);
    }
    dk_status status = format->decode(&image, &orientation, bytes, size, name, err);
    if (status == DK_OK) {
        status = dk_image_orient(&image, orientation, err);
    }
    if (status != DK_OK) {
        dk_image_free(image);
        return status;
    }
    *out = image;
    return DK_OK;
}

dk_status dk_image_load(dk_image **out, const char *path, dk_error *err) {
    *out = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(path, DK_IMAGE_MOST_BYTES, &bytes, &size, err));
    const dk_status status = dk_image_decode(out, bytes, size, path, err);
    free(bytes);
    return status;
}

dk_status dk_image_write(dk_buffer *bytes, dk_status made, const char *path, dk_error *err) {
    const dk_status status = made == DK_OK ? dk_file_write(path, bytes->text, bytes->size, err) : made;
    dk_buffer_free(bytes);
    return status;
}

dk_status dk_image_save_png(const dk_image *image, const char *path, dk_error *err) {
    dk_buffer out = {0};
    return dk_image_write(&out, dk_png_encode(&out, image, path, err), path, err);
}

dk_status dk_image_save_jpeg(const dk_image *image, const char *path, int quality, dk_error *err) {
    dk_buffer out = {0};
    return dk_image_write(&out, dk_jpeg_encode(&out, image, quality, path, err), path, err);
}
