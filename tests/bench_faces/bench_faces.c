/* Measures on films and photographs of which the truth is known how many faces are found, one by one and in the demo, and
 * how many are named right.
 * Usage: bench_faces FOLDER [-weights FILE] [-only PART] [-finder CFG,WEIGHTS]
 * FOLDER holds what these name, in columns of any order:
 *   frames.csv    file, frame                       frames that were looked at (stills: 0)
 *   faces.csv     file, frame, x, y, w, h           the faces in them, as YuNet boxes them
 *   emotions.csv  file, frame, x, y, w, h, emotion  (need not be there)
 * -finder: a network finds faces, in place of Haar's cascades, on one thread.
 * -only: files whose name has this part. found: a box with an overlap above .4 with the square that Haar would put there.
 * false: a box that touches no face. */
#include "bench_faces/bench_faces.h"

#include <stdio.h>
#include <string.h>

static bool read_arguments(int argc, char **argv, faces_arguments *a) {
    if (argc < 2 || argc % 2 != 0) {
        return false;
    }
    *a = (faces_arguments){.folder = argv[1], .weights = "weights/emotion.weights", .only = ""};
    for (int i = 2; i + 1 < argc; i += 2) {
        const char *flag = argv[i], *value = argv[i + 1];
        if (strcmp(flag, "-weights") == 0) {
            a->weights = value;
        } else if (strcmp(flag, "-only") == 0) {
            a->only = value;
        } else if (strcmp(flag, "-finder") == 0) {
            char *comma = strchr(argv[i + 1], ',');
            if (comma == NULL) {
                return false;
            }
            *comma = '\0';
            a->finder = (dk_finder_conf){.kind = &dk_finder_network,
                                         .network.model = {.cfg = value, .weights = comma + 1, .threads = 1}};
        } else {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    faces_arguments a;
    dk_error err = {0};
    faces_truth truth = {0};
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr, "usage: bench_faces FOLDER [-weights FILE] [-only PART] [-finder CFG,WEIGHTS]\n");
        return 2;
    }
    dk_status status = dk_vision_threads(1, &err);
    if (status == DK_OK) {
        status = faces_truth_open(&truth, &a, &err);
    }
    if (status == DK_OK) {
        status = faces_find(&truth, &a, &err);
    }
    if (status == DK_OK) {
        status = faces_follow(&truth, &a, &err);
    }
    if (status == DK_OK && truth.emotions != NULL) {
        status = faces_name(&truth, &a, &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    faces_truth_close(&truth);
    return status != DK_OK;
}
