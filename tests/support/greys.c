#include "support/greys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/truth.h"
#include "image/image.h"
#include "support/temp.h"

static const char *const labels[] = {"a", "b", "c"};

static void draw(const char *path, int side, int grey) {
    dk_image *image = NULL;
    if (dk_image_new(&image, side, side, 1, NULL) != DK_OK) {
        abort();
    }
    memset(image->pixels, grey, (size_t)(side * side));
    if (dk_image_save_png(image, path, NULL) != DK_OK) {
        abort();
    }
    dk_image_free(image);
}

dk_dataset *greys_open(int count, int side, int step, const int *bad) {
    dk_buffer list = {0};
    dk_dataset *set = NULL;
    for (int i = 0; i < count; i++) {
        char path[32];
        snprintf(path, sizeof path, "%s/%03d.png", labels[i % 3], i);
        dk_buffer_add(&list, "%s\n", path);
        temp_write(path, "no picture");
        if (bad != NULL && *bad == i) {
            bad++;
        } else {
            draw(path, side, step * i + 1);
        }
    }
    temp_write("list", list.text);
    dk_buffer_free(&list);
    if (dk_dataset_open(&set, "list",
                        &(dk_truth_conf){.kind = &dk_truth_class, .labels = labels, .classes = 3},
                        NULL) != DK_OK) {
        abort();
    }
    return set;
}
