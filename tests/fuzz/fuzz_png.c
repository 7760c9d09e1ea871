/* Any bytes as the chunks of a PNG, with all checksums mended, so that what is wrong gets past them: the CRC of every chunk,
 * the Adler-32 of the packed pixels. Pixels that are not packed are: into stored blocks. They are read as a
 * picture and as a mask. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz/fuzz.h"
#include "image/indexed.h"

static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
enum { CHUNK = 12, MOST_UNPACKED = 1 << 24 };

static uint32_t read32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_chunk(dk_buffer *out, const char *type, const void *data, size_t size) {
    uint8_t number[4];
    fuzz_put32(number, (uint32_t)size);
    dk_buffer_put(out, number, 4);
    dk_buffer_put(out, type, 4);
    dk_buffer_put(out, data, size);
    fuzz_put32(number, fuzz_crc(fuzz_crc(0, (const uint8_t *)type, 4), data, size));
    dk_buffer_put(out, number, 4);
}

/* The Adler-32 of what these bytes unpack to, put behind them when they end well. */
static void mend_adler(uint8_t *packed, size_t size) {
    uint8_t part[1 << 14];
    uLong adler = adler32(0, NULL, 0);
    z_stream z = {.next_in = packed + 2, .avail_in = (uInt)(size - 2)};
    int code = inflateInit2(&z, -15);
    while (code == Z_OK && z.total_out < MOST_UNPACKED) {
        z.next_out = part;
        z.avail_out = sizeof part;
        code = inflate(&z, Z_NO_FLUSH);
        adler = adler32(adler, part, (uInt)(sizeof part - z.avail_out));
    }
    if (code == Z_STREAM_END && z.avail_in >= 4) {
        fuzz_put32(z.next_in, (uint32_t)adler);
    }
    inflateEnd(&z);
}

static void put_stored(dk_buffer *out, const uint8_t *bytes, size_t size) {
    uint8_t number[4];
    dk_buffer_put(out, "\x78\x01", 2);
    for (size_t at = 0; at == 0 || at < size;) {
        const size_t n = size - at < 0xffff ? size - at : 0xffff;
        const uint8_t head[5] = {at + n == size, (uint8_t)n, (uint8_t)(n >> 8), (uint8_t)~n,
                                 (uint8_t)(~n >> 8)};
        dk_buffer_put(out, head, sizeof head);
        dk_buffer_put(out, bytes + at, n);
        at += n > 0 ? n : 1;
    }
    fuzz_put32(number, (uint32_t)adler32(adler32(0, NULL, 0), bytes, (uInt)size));
    dk_buffer_put(out, number, 4);
}

static void put_pixels(dk_buffer *out, dk_buffer *pixels) {
    uint8_t *const p = (uint8_t *)pixels->text;
    dk_buffer packed = {0};
    const bool is_packed = pixels->size > 6 && (p[0] & 15) == 8 && (p[0] << 8 | p[1]) % 31 == 0;
    if (is_packed) {
        mend_adler(p, pixels->size);
        put_chunk(out, "IDAT", p, pixels->size);
    } else {
        put_stored(&packed, p, pixels->size);
        put_chunk(out, "IDAT", packed.text, packed.size);
    }
    dk_buffer_free(&packed);
    dk_buffer_free(pixels);
}

static void mend(dk_buffer *out, const uint8_t *bytes, size_t size) {
    dk_buffer pixels = {0};
    size_t at = size >= 8 && memcmp(bytes, signature, 8) == 0 ? 8 : 0;
    dk_buffer_put(out, signature, sizeof signature);
    while (size - at >= CHUNK) {
        const size_t left = size - at - CHUNK, said = read32(bytes + at), n = said < left ? said : left;
        const char *const type = (const char *)bytes + at + 4;
        const bool idat = memcmp(type, "IDAT", 4) == 0;
        if (!idat && pixels.size > 0) {
            put_pixels(out, &pixels);
        }
        if (idat) {
            dk_buffer_put(&pixels, bytes + at + 8, n);
        } else {
            put_chunk(out, type, bytes + at + 8, n);
        }
        at += CHUNK + n;
    }
    if (pixels.size > 0) {
        put_pixels(out, &pixels);
    }
    dk_buffer_free(&pixels);
}

/* As a mask: an error names the file; where the same bytes are a picture, too, the mask has its sides. */
static void use_indices(const uint8_t *png, size_t size, bool picture, int w, int h) {
    uint8_t *indices = NULL;
    int mask_w = 0, mask_h = 0;
    dk_error err = {0};
    const dk_status status = dk_indexed_decode(&indices, &mask_w, &mask_h, png, size, "fuzz", &err);
    fuzz_check(status, &err);
    if ((status == DK_OK) != (indices != NULL) || (status == DK_OK && !picture) ||
        (status == DK_OK && (mask_w != w || mask_h != h)) ||
        (status != DK_OK && strncmp(err.text, "fuzz: ", 6) != 0)) {
        abort();
    }
    volatile uint8_t sum = 0; /* every one is there to be read */
    for (size_t i = 0; status == DK_OK && i < (size_t)mask_w * (size_t)mask_h; i++) {
        sum = (uint8_t)(sum + indices[i]);
    }
    free(indices);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dk_buffer png = {0};
    int w = 0, h = 0;
    mend(&png, bytes, size);
    if (!png.failed) {
        const bool picture = fuzz_picture((const uint8_t *)png.text, png.size, &w, &h);
        use_indices((const uint8_t *)png.text, png.size, picture, w, h);
    }
    dk_buffer_free(&png);
    return 0;
}
