/* Asks a trained network what a picture shows:
 *
 *     01_predict cfg/mobilenet.cfg weights/mobilenet_best.weights face.png
 *
 * prints the network's best answer as "class 3: 0.912". What the classes are called is in the text file that
 * the .data file's `names` gives, one line each. */
#include <stdio.h>

#include "darknet.h"

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s CFG WEIGHTS PICTURE\n", argv[0]);
        return 2;
    }
    enum { ROOM = 1000 };
    float scores[ROOM];
    dk_net *net = NULL;
    dk_image *image = NULL;
    dk_error err = {0};
    const dk_net_options options = {.cfg = argv[1], .weights = argv[2]};
    if (dk_net_open(&net, &options, &err) == DK_OK && dk_image_load(&image, argv[3], &err) == DK_OK &&
        dk_predict(net, image, scores, ROOM, &err) == DK_OK) {
        dk_net_info info;
        dk_net_describe(net, &info);
        size_t best = 0;
        for (size_t i = 1; i < info.outputs; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        printf("class %zu: %.3f\n", best, (double)scores[best]);
    } else {
        fprintf(stderr, "%s\n", err.text);
    }
    dk_image_free(image);
    dk_net_close(net);
    return err.status == DK_OK ? 0 : 1;
}
