/* Indices from files and into them; the PNG itself is png.c's. */
#include "image/indexed.h"

#include <assert.h>
#include <stdlib.h>

#include "base/file.h"
#include "image/codec.h"
#include "image/format.h"

dk_status dk_image_save_indexed(const uint8_t *indices, int w, int h, const uint8_t (*palette)[3],
                                int colours, const char *path, dk_error *err) {
    assert(w > 0 && h > 0 && colours > 0 && colours <= DK_INDEXED_COLOURS);
    DK_TRY(dk_image_check_size((unsigned long)w, (unsigned long)h, path, err));
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++) {
        if (indices[i] >= colours) {
            return dk_fail(err, DK_EUSAGE, "%s: pixel %zu is %d; the palette ends at %d", path, i, indices[i],
                           colours - 1);
        }
    }
    dk_image *image = NULL;
    dk_buffer out = {0};
    DK_TRY(dk_image_from(&image, w, h, 1, indices, err));
    const dk_status made = dk_png_encode_indices(&out, image, palette, colours, path, err);
    dk_image_free(image);
    return dk_image_write(&out, made, path, err);
}

dk_status dk_indexed_decode(uint8_t **out, int *w, int *h, const uint8_t *bytes, size_t size,
                            const char *name, dk_error *err) {
    *out = NULL;
    dk_image *image = NULL;
    int orientation = 1;
    const dk_format *const format = dk_format_of(bytes, size);
    if (format == NULL || format->decode != dk_png_decode) {
        return dk_png_refuse_indices(format != NULL ? format->what
                                     : size == 0    ? "empty"
                                                    : "no PNG",
                                     name, err);
    }
    dk_status status = dk_png_decode_indices(&image, &orientation, bytes, size, name, err);
    if (status == DK_OK) {
        status = dk_image_orient(&image, orientation, err);
    }
    if (status == DK_OK) {
        *w = image->w;
        *h = image->h;
        *out = image->pixels;
        image->pixels = NULL;
    }
    dk_image_free(image);
    return status;
}

dk_status dk_indexed_load(uint8_t **out, int *w, int *h, const char *path, dk_error *err) {
    *out = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(path, DK_IMAGE_MOST_BYTES, &bytes, &size, err));
    const dk_status status = dk_indexed_decode(out, w, h, bytes, size, path, err);
    free(bytes);
    return status;
}
