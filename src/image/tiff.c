/* TIFF through libtiff: the first page, in every kind of colour, packing and order that libtiff makes RGB of. Grey files
 * give one channel, others three; 16 bits are cut to 8, alpha is taken over black. Messages of libtiff go into the error
 * text, never to stderr; one that is an error, or a warning of its JPEG decoder, is an error here even where libtiff
 * goes on with a grey rest. Camera's raw files, which are TIFFs outside, are refused: their first page is a thumbnail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "base/arena.h"
#include "image/codec.h"

#define MAX_DECODED (1UL << 31) /* bytes of all strips or tiles: 2^28 pixels of 8 */
#define BYTES_PER_BYTE                                                                                       \
    32768 /* zstd of one colour gives half of it; below 2^26 nothing is asked: blank faxes */
enum { CFA = 32803, LINEAR_RAW = 34892, NIKON = 34713, SONY = 32767, PENTAX = 65535 };

typedef struct {
    const uint8_t *bytes;
    size_t size, at;
    char text[160]; /* libtiff's first error */
} source;

/* ---- libtiff's way to bytes and messages ---- */

static tmsize_t take(thandle_t user, void *to, tmsize_t count) {
    source *const s = user;
    const size_t rest = s->at < s->size ? s->size - s->at : 0,
                 n = (size_t)count < rest ? (size_t)count : rest;
    if (n > 0) {
        memcpy(to, s->bytes + s->at, n);
    }
    s->at += n;
    return (tmsize_t)n;
}

static tmsize_t put(thandle_t user, void *from, tmsize_t count) {
    (void)user;
    (void)from;
    (void)count;
    return -1;
}

static toff_t seek(thandle_t user, toff_t to, int from) {
    source *const s = user;
    s->at = (size_t)to + (from == SEEK_SET ? 0 : from == SEEK_CUR ? s->at : s->size);
    return (toff_t)s->at;
}

static int end(thandle_t user) {
    (void)user;
    return 0;
}

static toff_t size_of(thandle_t user) {
    return (toff_t)((source *)user)->size;
}

/* The file lies in memory, as it does for libtiff's own opener: the other way is hardly trodden, and calls right tiles
 * wrong. Nothing is written there. */
static int map(thandle_t user, void **base, toff_t *size) {
    const source *const s = user;
    *base = (void *)(uintptr_t)s->bytes;
    *size = (toff_t)s->size;
    return 1;
}

static void unmap(thandle_t user, void *base, toff_t size) {
    (void)user;
    (void)base;
    (void)size;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list args) {
    source *const s = user;
    (void)tiff;
    (void)module;
    if (s->text[0] == '\0') {
        vsnprintf(s->text, sizeof s->text, format, args);
    }
    return 1; /* done with: nobody prints it */
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list args) {
    return module != NULL && strcmp(module, "JPEGLib") == 0 ? on_error(tiff, user, module, format, args) : 1;
}

static TIFF *open_tiff(source *s) {
    TIFFOpenOptions *const options = TIFFOpenOptionsAlloc();
    if (options == NULL) {
        return NULL;
    }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)MAX_DECODED);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, s);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, s);
    TIFF *const tiff =
        TIFFClientOpenExt("picture", "r", s, take, put, seek, end, size_of, map, unmap, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

static dk_status fail_read(const source *s, const char *name, dk_error *err) {
    static const char *const early[] = {"Read error",       "Not enough data", "Can not read TIFF",
                                        "Cannot read TIFF", "Premature",       "Invalid strip byte count"};
    for (size_t i = 0; i < sizeof early / sizeof *early; i++) {
        if (strstr(s->text, early[i]) != NULL) {
            return dk_fail(err, DK_EFORMAT, "%s: TIFF ends early (%s)", name, s->text);
        }
    }
    return dk_fail(err, DK_EFORMAT, "%s: TIFF is broken (%s)", name, s->text);
}

/* ---- what is taken ---- */

static uint32_t number(TIFF *tiff, uint32_t tag) {
    uint16_t value = 0;
    return TIFFGetField(tiff, tag, &value) == 1 ? value : 0;
}

static bool is_raw(TIFF *tiff) {
    uint8_t *version = NULL;
    uint64_t *folders = NULL;
    uint16_t count = 0;
    uint32_t kind = 0;
    const uint32_t colours = number(tiff, TIFFTAG_PHOTOMETRIC), packing = number(tiff, TIFFTAG_COMPRESSION);
    (void)TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
    return TIFFGetField(tiff, TIFFTAG_DNGVERSION, &version) == 1 || colours == CFA || colours == LINEAR_RAW ||
           packing == NIKON || packing == SONY || packing == PENTAX ||
           ((kind & FILETYPE_REDUCEDIMAGE) != 0 && TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &folders) == 1);
}

/* Bytes that are unpacked for the picture; those of tiles reach over its edges. */
static uint64_t decoded_bytes(TIFF *tiff, uint32_t h) {
    if (TIFFIsTiled(tiff)) {
        const uint64_t tiles = TIFFNumberOfTiles(tiff), each = TIFFTileSize64(tiff);
        return tiles > 0 && each > UINT64_MAX / tiles ? UINT64_MAX : tiles * each;
    }
    const uint64_t planes = number(tiff, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE
                                ? number(tiff, TIFFTAG_SAMPLESPERPIXEL)
                                : 1;
    return TIFFScanlineSize64(tiff) * h * planes;
}

static dk_status check_header(TIFF *tiff, const source *s, const char *name, dk_error *err) {
    uint32_t w = 0, h = 0;
    (void)TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &w);
    (void)TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &h);
    if (is_raw(tiff)) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: is a camera's raw picture (DNG, NEF, ARW ...), which is not read; save it as JPEG or PNG",
            name);
    }
    DK_TRY(dk_image_check_size(w, h, name, err));
    const dk_density density = {"TIFF", w, h, decoded_bytes(tiff, h), BYTES_PER_BYTE, true};
    if (density.wanted > MAX_DECODED) {
        return dk_fail(err, DK_EFORMAT, "%s: TIFF asks for too much work (%llu bytes are to be unpacked)",
                       name, (unsigned long long)density.wanted);
    }
    return dk_image_check_density(&density, s->size, name, err);
}

/* ---- pixels ---- */

static void from_raster(const uint32_t *raster, dk_image *image) {
    const size_t pixels = (size_t)image->w * (size_t)image->h;
    uint8_t *to = image->pixels;
    for (size_t i = 0; i < pixels; i++) {
        *to++ = (uint8_t)TIFFGetR(raster[i]);
        if (image->c == 3) {
            *to++ = (uint8_t)TIFFGetG(raster[i]);
            *to++ = (uint8_t)TIFFGetB(raster[i]);
        }
    }
}

/* libtiff rounds 16 bits to 8; other formats are cut. */
static void cut_to_8(const TIFFRGBAImage *reader) {
    for (int i = 0; reader->Bitdepth16To8 != NULL && i < 1 << 16; i++) {
        reader->Bitdepth16To8[i] = (uint8_t)(i >> 8);
    }
}

/* As the file has it: its orientation is not libtiff's affair here. */
static dk_status read_pixels(TIFFRGBAImage *reader, dk_image **image, const source *s, const char *name,
                             dk_error *err) {
    const bool grey =
        reader->photometric == PHOTOMETRIC_MINISBLACK || reader->photometric == PHOTOMETRIC_MINISWHITE;
    DK_TRY(dk_image_new(image, (int)reader->width, (int)reader->height, grey ? 1 : 3, err));
    const size_t bytes = (size_t)reader->width * reader->height * sizeof(uint32_t);
    uint32_t *const raster = malloc(bytes);
    if (raster == NULL) {
        return dk_no_memory(err, bytes, "a picture");
    }
    reader->orientation = reader->req_orientation = ORIENTATION_TOPLEFT;
    cut_to_8(reader);
    const bool good =
        TIFFRGBAImageGet(reader, raster, reader->width, reader->height) == 1 && s->text[0] == '\0';
    if (good) {
        from_raster(raster, *image);
    }
    free(raster);
    return good ? DK_OK : fail_read(s, name, err);
}

static dk_status read_page(TIFF *tiff, dk_image **image, source *s, const char *name, dk_error *err) {
    char why[1024] = "";
    TIFFRGBAImage reader;
    DK_TRY(check_header(tiff, s, name, err));
    s->text[0] = '\0'; /* of tags that do not matter */
    if (TIFFRGBAImageBegin(&reader, tiff, 1, why) != 1) {
        return dk_fail(err, DK_EUNSUPPORTED, "%s: TIFF of a kind that is not read (%s)", name, why);
    }
    const dk_status status = read_pixels(&reader, image, s, name, err);
    TIFFRGBAImageEnd(&reader);
    return status;
}

dk_status dk_tiff_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                         const char *name, dk_error *err) {
    source s = {.bytes = bytes, .size = size};
    TIFF *const tiff = open_tiff(&s);
    if (tiff == NULL) {
        return fail_read(&s, name, err);
    }
    const dk_status status = read_page(tiff, out, &s, name, err);
    *orientation = (int)number(tiff, TIFFTAG_ORIENTATION);
    TIFFClose(tiff);
    return status;
}
