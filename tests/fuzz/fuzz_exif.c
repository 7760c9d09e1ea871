/* Any bytes as the EXIF block of a good JPEG and a good PNG: they stay pictures, turned as the block says or not at all. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "image/codec.h"

enum { W = 3, H = 2, MOST = 60000, BEHIND_IHDR = 8 + 25 };

static void encode(dk_buffer *jpeg, dk_buffer *png) {
    static uint8_t pixels[W * H * 3] = {255, 0, 0, 0, 255, 0, 0, 0, 255};
    const dk_image image = {W, H, 3, pixels};
    if (dk_jpeg_encode(jpeg, &image, 90, "fuzz", NULL) != DK_OK ||
        dk_png_encode(png, &image, "fuzz", NULL) != DK_OK) {
        abort();
    }
}

/* Aborts unless these are a picture of these sides; either: also with its sides swapped. */
static void must_be(const dk_buffer *file, int w, int h, bool either) {
    int got_w = 0, got_h = 0;
    if (file->failed || !fuzz_picture((const uint8_t *)file->text, file->size, &got_w, &got_h) ||
        ((got_w != w || got_h != h) && (!either || got_w != h || got_h != w))) {
        abort();
    }
}

static void in_jpeg(const dk_buffer *jpeg, const uint8_t *bytes, size_t size) {
    const size_t length = size + 8; /* with itself and "Exif\0\0" */
    const uint8_t app1[] = {0xff, 0xe1, (uint8_t)(length >> 8), (uint8_t)length, 'E', 'x', 'i', 'f', 0, 0};
    const bool turned = dk_exif_orientation(bytes, size) >= 5;
    dk_buffer file = {0};
    dk_buffer_put(&file, jpeg->text, 2); /* SOI */
    dk_buffer_put(&file, app1, sizeof app1);
    dk_buffer_put(&file, bytes, size);
    dk_buffer_put(&file, jpeg->text + 2, jpeg->size - 2);
    must_be(&file, turned ? H : W, turned ? W : H, false);
    dk_buffer_free(&file);
}

static void in_png(const dk_buffer *png, const uint8_t *bytes, size_t size) {
    uint8_t number[4];
    dk_buffer file = {0};
    dk_buffer_put(&file, png->text, BEHIND_IHDR);
    fuzz_put32(number, (uint32_t)size);
    dk_buffer_put(&file, number, 4);
    dk_buffer_put(&file, "eXIf", 4);
    dk_buffer_put(&file, bytes, size);
    fuzz_put32(number, fuzz_crc(fuzz_crc(0, (const uint8_t *)"eXIf", 4), bytes, size));
    dk_buffer_put(&file, number, 4);
    dk_buffer_put(&file, png->text + BEHIND_IHDR, png->size - BEHIND_IHDR);
    must_be(&file, W, H, true); /* libpng drops blocks of which it thinks little */
    dk_buffer_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static dk_buffer jpeg, png;
    if (jpeg.size == 0) {
        encode(&jpeg, &png);
    }
    if (size <= MOST) {
        in_jpeg(&jpeg, bytes, size);
        in_png(&png, bytes, size);
    }
    return 0;
}
