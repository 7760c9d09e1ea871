/* Which way is up: the orientation tag (274) of an EXIF block, and the turn that it asks for. EXIF is TIFF
 * inside: "II" or "MM" (byte order), 42, the offset of a directory; a directory is a count and 12-byte
 * entries: tag, type, count, value (or, where it takes more than 4 bytes, its offset). Source: TIFF 6.0 §2, Exif 2.3
 * §4.6.4. The tag's type should be SHORT; phones and cameras write other whole numbers, too. Other tags are not read. */
#include <string.h>

#include "image/codec.h"

#define TAG_ORIENTATION 274u
#define ENTRY 12u

typedef struct {
    const uint8_t *bytes;
    size_t size;
    bool big; /* "MM" */
} tiff_block;

/* Unsigned numbers at an offset; the caller has checked that they lie inside. */
static uint32_t read16(const tiff_block *t, size_t at) {
    const uint8_t *p = t->bytes + at;
    return t->big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static uint32_t read32(const tiff_block *t, size_t at) {
    const uint32_t first = read16(t, at), second = read16(t, at + 2);
    return t->big ? first << 16 | second : second << 16 | first;
}

/* Bytes of a value of this type: BYTE, SHORT, LONG, SBYTE, SSHORT, SLONG, IFD. 0: no whole number. */
static size_t bytes_of(uint32_t type) {
    static const uint8_t bytes[] = {[1] = 1, [3] = 2, [4] = 4, [6] = 1, [8] = 2, [9] = 4, [13] = 4};
    return type < sizeof bytes ? bytes[type] : 0;
}

/* The first value of the entry, or 0. Valid ones are small and not negative, so that signs do not matter. */
static uint32_t read_value(const tiff_block *t, size_t entry) {
    const size_t each = bytes_of(read16(t, entry + 2)), count = read32(t, entry + 4);
    if (each == 0 || count == 0) {
        return 0;
    }
    const size_t at = count > 4 / each ? read32(t, entry + 8) : entry + 8;
    if (at > t->size || each > t->size - at) {
        return 0;
    }
    return each == 1 ? t->bytes[at] : each == 2 ? read16(t, at) : read32(t, at);
}

int dk_exif_orientation(const uint8_t *tiff, size_t size) {
    if (size > 6 && memcmp(tiff, "Exif\0\0", 6) == 0) {
        tiff += 6;
        size -= 6;
    }
    if (size < 8 || (memcmp(tiff, "II", 2) != 0 && memcmp(tiff, "MM", 2) != 0)) {
        return 1;
    }
    const tiff_block t = {.bytes = tiff, .size = size, .big = tiff[0] == 'M'};
    const size_t directory = read32(&t, 4);
    if (read16(&t, 2) != 42 || directory > size - 2) {
        return 1;
    }
    const size_t entries = read16(&t, directory), room = (size - directory - 2) / ENTRY;
    for (size_t i = 0; i < entries && i < room; i++) {
        const size_t at = directory + 2 + i * ENTRY;
        if (read16(&t, at) == TAG_ORIENTATION) {
            const uint32_t value = read_value(&t, at);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}

/* The eight orientations are the ways to lay a rectangle on its place: swap x and y (5…8), then mirror the
 * source's columns (2 3 7 8) and its rows (3 4 6 7). */
dk_status dk_image_orient(dk_image **image, int orientation, dk_error *err) {
    if (orientation <= 1 || orientation > 8) {
        return DK_OK;
    }
    const dk_image *const from = *image;
    const bool swap = orientation >= 5;
    const bool mirror_x = strchr("2378", '0' + orientation) != NULL;
    const bool mirror_y = strchr("3467", '0' + orientation) != NULL;
    dk_image *to = NULL;
    DK_TRY(dk_image_new(&to, swap ? from->h : from->w, swap ? from->w : from->h, from->c, err));
    const size_t c = (size_t)from->c;
    uint8_t *put = to->pixels;
    for (int y = 0; y < to->h; y++) {
        for (int x = 0; x < to->w; x++) {
            const int u = swap ? y : x, v = swap ? x : y;
            const int column = mirror_x ? from->w - 1 - u : u;
            const int row = mirror_y ? from->h - 1 - v : v;
            memcpy(put, from->pixels + ((size_t)row * (size_t)from->w + (size_t)column) * c, c);
            put += c;
        }
    }
    dk_image_free(*image);
    *image = to;
    return DK_OK;
}
