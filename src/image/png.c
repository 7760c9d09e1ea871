/* PNG through libpng. As a picture, palettes become RGB, few bits 8 bits, 16 bits are cut to 8, transparency shows black;
 * grey files give one channel, others three. As indices, the number that stands for a pixel is given as it is. Libpng's
 * errors are errors here until the last row is there, and a checksum of the pixels that is wrong always; what it calls benign
 * (packed data that goes on behind the last row), and a file that ends or is broken behind the pixels, costs none. Side
 * chunks (colour profiles, texts) are passed over unread. */
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "image/codec.h"

#define END_OF_DATA "data ends too soon"
#define MOST_BITS 8        /* of an index */
#define MOST_DEFLATED 1032 /* bytes that one deflated byte can give: 258 from two bits */

typedef struct {
    const uint8_t *bytes;
    size_t size, at;
} source;

typedef struct {
    char text[160];
    bool whole; /* the last row is there */
} trap;

static _Noreturn void spring(png_structp png, png_const_charp text) {
    trap *const t = png_get_error_ptr(png);
    snprintf(t->text, sizeof t->text, "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep to, size_t count) {
    source *const s = png_get_io_ptr(png);
    if (count > s->size - s->at) {
        png_error(png, END_OF_DATA);
    }
    memcpy(to, s->bytes + s->at, count);
    s->at += count;
}

static dk_status fail_read(const trap *t, const char *name, dk_error *err) {
    if (strcmp(t->text, "Out of memory") == 0) {
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the PNG was read", name);
    }
    const bool early = strcmp(t->text, END_OF_DATA) == 0;
    return dk_fail(err, DK_EFORMAT, "%s: PNG %s (%s)", name, early ? "ends early" : "is broken", t->text);
}

/* What libpng shall make of the file's pixels: bytes, of 1 or 3 channels. */
typedef dk_status ask(png_structp png, png_infop info, const char *name, dk_error *err);

/* 8-bit grey or RGB without alpha. */
static dk_status ask_for_colours(png_structp png, png_infop info, const char *name, dk_error *err) {
    (void)name;
    (void)err;
    png_set_expand(png);
    png_set_strip_16(png);
    const bool alpha = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0;
    if (alpha || png_get_valid(png, info, PNG_INFO_tRNS)) {
        const png_color_16 black = {0};
        png_set_background(png, &black, PNG_BACKGROUND_GAMMA_SCREEN, 0, 1.0);
    }
    return DK_OK;
}

dk_status dk_png_refuse_indices(const char *what, const char *name, dk_error *err) {
    return dk_fail(err, DK_EFORMAT,
                   "%s: is %s; a mask is a PNG with a palette or in grey, of at most %d bits a pixel", name,
                   what, MOST_BITS);
}

/* The numbers of a palette's colours or the samples of a grey file, unscaled, a byte each. */
static dk_status ask_for_indices(png_structp png, png_infop info, const char *name, dk_error *err) {
    const int colour = png_get_color_type(png, info);
    const char *const what = (colour & PNG_COLOR_MASK_ALPHA) != 0       ? "a PNG with alpha"
                             : colour == PNG_COLOR_TYPE_RGB             ? "a PNG in RGB"
                             : png_get_bit_depth(png, info) > MOST_BITS ? "a PNG of 16 bits"
                                                                        : NULL;
    png_set_packing(png);
    return what == NULL ? DK_OK : dk_png_refuse_indices(what, name, err);
}

static int find_orientation(png_structp png, png_infop info) {
    png_bytep exif = NULL;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png, info, &size, &exif) == 0 || exif == NULL) {
        return 1;
    }
    return dk_exif_orientation(exif, size);
}

/* What the header says must be a picture that the bytes can hold. */
static dk_status check_header(png_structp png, png_infop info, size_t size, const char *name, dk_error *err) {
    const png_uint_32 w = png_get_image_width(png, info), h = png_get_image_height(png, info);
    DK_TRY(dk_image_check_size(w, h, name, err));
    const dk_density density = {"PNG", w, h, (uint64_t)h * png_get_rowbytes(png, info), MOST_DEFLATED, false};
    return dk_image_check_density(&density, size, name, err);
}

/* Everything that may jump before the last row is there, with the jump's target already set. */
static dk_status read_rows(dk_image **image, png_structp png, png_infop info, const source *s, ask *wanted,
                           const char *name, dk_error *err) {
    png_set_benign_errors(png, 1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "eXIf", 1);
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
    png_read_info(png, info);
    DK_TRY(check_header(png, info, s->size, name, err));
    DK_TRY(wanted(png, info, name, err));
    (void)png_set_interlace_handling(png);
    png_read_update_info(png, info);
    DK_TRY(dk_image_new(image, (int)png_get_image_width(png, info), (int)png_get_image_height(png, info),
                        png_get_channels(png, info), err));
    const dk_image *const fresh = *image;
    const size_t row = (size_t)fresh->w * (size_t)fresh->c;
    const int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_ADAM7 ? 7 : 1;
    for (int pass = 0; pass < passes; pass++) {
        for (int y = 0; y < fresh->h; y++) {
            png_read_row(png, fresh->pixels + (size_t)y * row, NULL);
        }
    }
    return DK_OK;
}

static dk_status decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size, ask *wanted,
                        const char *name, dk_error *err) {
    source s = {.bytes = bytes, .size = size};
    trap t = {.whole = false};
    volatile dk_status status = DK_OK; /* volatile: it must survive the longjmp */
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &t, spring, on_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the PNG was read", name);
    }
    if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &s, take);
        status = read_rows(out, png, info, &s, wanted, name, err);
        t.whole = status == DK_OK;
        if (t.whole) {
            png_read_end(png, info);
        }
    } else if (!t.whole || strcmp(t.text, "IDAT: CRC error") == 0) {
        status = fail_read(&t, name, err);
    }
    if (status == DK_OK) {
        *orientation = find_orientation(png, info);
    }
    png_destroy_read_struct(&png, &info, NULL);
    return status;
}

dk_status dk_png_decode(dk_image **out, int *orientation, const uint8_t *bytes, size_t size, const char *name,
                        dk_error *err) {
    return decode(out, orientation, bytes, size, ask_for_colours, name, err);
}

dk_status dk_png_decode_indices(dk_image **out, int *orientation, const uint8_t *bytes, size_t size,
                                const char *name, dk_error *err) {
    return decode(out, orientation, bytes, size, ask_for_indices, name, err);
}

static void put(png_structp png, png_bytep from, size_t count) {
    dk_buffer *const out = png_get_io_ptr(png);
    dk_buffer_put(out, from, count);
    if (out->failed) {
        png_error(png, "Out of memory");
    }
}

static void flush(png_structp png) {
    (void)png;
}

/* count 0: the picture is what its pixels say, grey or RGB; else they are indices into this palette. */
static dk_status encode(dk_buffer *out, const dk_image *image, const png_color *palette, int count,
                        const char *name, dk_error *err) {
    trap t = {.whole = false};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &t, spring, on_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        return dk_fail(err, DK_ENOMEM, "%s: out of memory while the PNG was made", name);
    }
    dk_status status = DK_OK;
    if (setjmp(png_jmpbuf(png)) != 0) {
        status =
            dk_fail(err, out->failed ? DK_ENOMEM : DK_EFORMAT, "%s: cannot make a PNG (%s)", name, t.text);
    } else {
        const int colour = count > 0       ? PNG_COLOR_TYPE_PALETTE
                           : image->c == 1 ? PNG_COLOR_TYPE_GRAY
                                           : PNG_COLOR_TYPE_RGB;
        png_set_write_fn(png, out, put, flush);
        png_set_IHDR(png, info, (png_uint_32)image->w, (png_uint_32)image->h, 8, colour, PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        if (count > 0) {
            png_set_PLTE(png, info, palette, count);
        }
        png_write_info(png, info);
        const size_t row = (size_t)image->w * (size_t)image->c;
        for (int y = 0; y < image->h; y++) {
            png_write_row(png, image->pixels + (size_t)y * row);
        }
        png_write_end(png, NULL);
    }
    png_destroy_write_struct(&png, &info);
    return status;
}

dk_status dk_png_encode(dk_buffer *out, const dk_image *image, const char *name, dk_error *err) {
    return encode(out, image, NULL, 0, name, err);
}

dk_status dk_png_encode_indices(dk_buffer *out, const dk_image *image, const uint8_t (*palette)[3],
                                int colours, const char *name, dk_error *err) {
    png_color plte[PNG_MAX_PALETTE_LENGTH];
    for (int i = 0; i < colours; i++) {
        plte[i] = (png_color){palette[i][0], palette[i][1], palette[i][2]};
    }
    return encode(out, image, plte, colours, name, err);
}
