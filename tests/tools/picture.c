/* Writes a picture of one colour: picture FILE.png|FILE.jpg WIDTH HEIGHT R G B. Three numbers more are the
 * colour of its right half. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "image/image.h"

int main(int argc, char **argv) {
    dk_image *image = NULL;
    dk_error err = {0};
    if (argc != 7 && argc != 10) {
        fprintf(stderr, "usage: picture FILE WIDTH HEIGHT R G B [R G B]\n");
        return 2;
    }
    const int w = atoi(argv[2]), h = atoi(argv[3]);
    dk_status status = dk_image_new(&image, w, h, 3, &err);
    for (size_t i = 0; status == DK_OK && i < (size_t)w * (size_t)h; i++) {
        const bool right = argc == 10 && i % (size_t)w >= (size_t)w / 2;
        for (size_t c = 0; c < 3; c++) {
            image->pixels[3 * i + c] = (uint8_t)atoi(argv[(right ? 7 : 4) + c]);
        }
    }
    if (status == DK_OK) {
        status = dk_text_ends(argv[1], ".jpg") ? dk_image_save_jpeg(image, argv[1], 90, &err)
                                               : dk_image_save_png(image, argv[1], &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    dk_image_free(image);
    return status != DK_OK;
}
