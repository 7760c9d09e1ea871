/* Writes the toy model of support/toy_tflite.h and a cfg:
 * tflite FILE.tflite FILE.cfg float32|uint8|int8 CHANNELS CLASSES [whole|headless|conv|pad|half|apart]. The model has 5 classes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/toy_tflite.h"

static int type_of(const char *name) {
    return strcmp(name, "float32") == 0 ? TOY_FLOAT32 : strcmp(name, "uint8") == 0 ? TOY_UINT8 : TOY_INT8;
}

int main(int argc, char **argv) {
    flat file;
    char text[1024];
    dk_error err = {0};
    if (argc < 6) {
        fprintf(stderr, "usage: tflite MODEL CFG float32|uint8|int8 CHANNELS CLASSES "
                        "[whole|headless|conv|pad|half|apart]\n");
        return 2;
    }
    const char *kind = argc > 6 ? argv[6] : "whole";
    const toy_model model = {.type = (toy_type)type_of(argv[3]),
                             .headless = strcmp(kind, "headless") == 0,
                             .pad = strcmp(kind, "pad") == 0 ? 34 : 0,
                             .half = strcmp(kind, "half") == 0,
                             .apart = strcmp(kind, "apart") == 0,
                             .conv_head = strcmp(kind, "conv") == 0};
    toy_tflite_write(&file, &model);
    toy_tflite_cfg(text, sizeof text, 1, atoi(argv[4]), atoi(argv[5]));
    dk_status status = dk_file_write(argv[1], file.bytes, file.size, &err);
    if (status == DK_OK) {
        status = dk_file_write(argv[2], text, strlen(text), &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    free(file.bytes);
    return status != DK_OK;
}
