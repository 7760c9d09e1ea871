/* Shows what our decoders make of pictures. pixels FILE: as PNM on stdout. pixels -cuts N FILE: for the file without its
 * last 0, 1 … N − 1 bytes a line each: how many are gone, and a hash of the picture or "error". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "image/image.h"

static size_t bytes_of(const dk_image *image) {
    return (size_t)image->w * (size_t)image->h * (size_t)image->c;
}

static int show(const char *path) {
    dk_image *image = NULL;
    dk_error err = {0};
    if (dk_image_load(&image, path, &err) != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("P%d\n%d %d\n255\n", image->c == 1 ? 5 : 6, image->w, image->h);
    const bool good = fwrite(image->pixels, 1, bytes_of(image), stdout) == bytes_of(image);
    dk_image_free(image);
    return !good;
}

static int show_cuts(size_t cuts, const char *path) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    dk_error err = {0};
    if (dk_file_read(path, 0, &bytes, &size, &err) != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    for (size_t cut = 0; cut < cuts && cut <= size; cut++) {
        dk_image *image = NULL;
        uint8_t *exact = malloc(size - cut + 1);
        memcpy(exact, bytes, size - cut);
        if (dk_image_decode(&image, exact, size - cut, path, &err) == DK_OK) {
            printf("%zu %016llx\n", cut, (unsigned long long)dk_hash(image->pixels, bytes_of(image), 0));
        } else {
            printf("%zu error\n", cut);
        }
        dk_image_free(image);
        free(exact);
    }
    free(bytes);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "-cuts") == 0) {
        return show_cuts((size_t)atol(argv[2]), argv[3]);
    }
    if (argc != 2) {
        fprintf(stderr, "usage: pixels FILE, or pixels -cuts N FILE\n");
        return 2;
    }
    return show(argv[1]);
}
