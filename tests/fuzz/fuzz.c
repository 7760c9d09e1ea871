/* What fuzz targets share; see fuzz.h. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "image/warp.h"
#include "support/temp.h"

enum { SIDE = 7, C = 3 };

void fuzz_check(dk_status status, const dk_error *err) {
    if (status != DK_OK && (err->status != status || err->text[0] == '\0' || strchr(err->text, '\n'))) {
        abort();
    }
}

char *fuzz_copy(const uint8_t *bytes, size_t size, char last) {
    char *const copy = malloc(size + 1);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, size);
    copy[size] = last;
    return copy;
}

bool fuzz_enter(void) {
    static bool entered;
    const bool first = !entered;
    if (first) {
        entered = true;
        temp_enter();
        atexit(temp_leave);
    }
    return first;
}

void fuzz_write(const char *path, const uint8_t *bytes, size_t size) {
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0) {
        abort();
    }
}

static void check_planes(const float *planes) {
    for (int i = 0; i < C * SIDE * SIDE; i++) {
        if (!(planes[i] >= -1e-3f && planes[i] <= 1.001f)) {
            abort();
        }
    }
}

static void use(const dk_image *image) {
    static const dk_input_conf conf = {.input_scale = 1};
    float planes[C * SIDE * SIDE];
    const dk_affine turned = {{1.5f, -2, 3, .5f, 1, -4}};
    if (dk_image_input(image, &conf, C, SIDE, SIDE, planes, NULL) != DK_OK) {
        abort();
    }
    check_planes(planes);
    if (dk_image_warp(image, &turned, &dk_colour_none, DK_BORDER_BLACK, &conf, C, SIDE, SIDE, planes, NULL) !=
        DK_OK) {
        abort();
    }
    check_planes(planes);
}

bool fuzz_picture(const uint8_t *bytes, size_t size, int *w, int *h) {
    dk_image *image = NULL;
    dk_error err = {0};
    const dk_status status = dk_image_decode(&image, bytes, size, "fuzz", &err);
    fuzz_check(status, &err);
    if (status != DK_OK) {
        if (image != NULL || strncmp(err.text, "fuzz: ", 6) != 0) {
            abort();
        }
        return false;
    }
    if (image->w < 1 || image->h < 1 || (image->c != 1 && image->c != 3)) {
        abort();
    }
    use(image);
    *w = image->w;
    *h = image->h;
    dk_image_free(image);
    return true;
}

uint32_t fuzz_crc(uint32_t before, const uint8_t *bytes, size_t size) {
    uint32_t crc = ~before;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

void fuzz_put32(uint8_t *to, uint32_t value) {
    for (int i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}
