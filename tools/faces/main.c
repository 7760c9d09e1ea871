/* faces: draws a data set of faces, a scene, or a clip. The same seed gives the same pictures. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "jobs.h"
#include "picture.h"

static const char usage[] =
    "usage: faces [-seed N] [-size 48] [-count 3000] [-grey] FOLDER\n"
    "           a data set: FOLDER/{train,validation}/EMOTION/NNNNN.png\n"
    "       faces [-seed N] [-size 48] [-count 3000] [-grey] -pose|-masks FOLDER\n"
    "           one of poses or masks: FOLDER/{train,validation}/images/NNNNN.png with labels/ or masks/\n"
    "       faces [-seed N] [-grey] -scene WIDTH HEIGHT PICTURE.png\n"
    "           a scene; its faces as JSON lines on stdout\n"
    "       faces [-seed N] [-grey] [-faces 3] [-seconds 20] [-fps 25] [-stay] -clip WIDTH HEIGHT CLIP.avi\n"
    "           a clip; the faces of each frame as a JSON line on stdout; -stay: nobody comes or goes\n";

typedef dk_status (*job)(const struct request *r, dk_error *err);

/* A flag and the numbers that follow it; the first goes to `at`, a second one into the next field. */
struct flag {
    const char *name;
    size_t at;
    int numbers; /* 0: `at` is a bool, if it asks for no job */
    long low, high;
    job job; /* what it asks for; NULL: changes nothing of that */
};

static const struct flag flags[] = {
    {"-seed", offsetof(struct request, seed), 1, 0, 1L << 62, NULL},
    {"-size", offsetof(struct request, size), 1, 16, 2048, NULL},
    {"-count", offsetof(struct request, count), 1, 1, 10000000, NULL},
    {"-faces", offsetof(struct request, places), 1, 1, SCENE_FACES, NULL},
    {"-seconds", offsetof(struct request, seconds), 1, 1, 120, NULL},
    {"-fps", offsetof(struct request, fps), 1, 1, 120, NULL},
    {"-grey", offsetof(struct request, grey), 0, 0, 0, NULL},
    {"-stay", offsetof(struct request, stay), 0, 0, 0, NULL},
    {"-pose", 0, 0, 0, 0, draw_poses},
    {"-masks", 0, 0, 0, 0, draw_masks},
    {"-scene", offsetof(struct request, width), 2, 64, 8192, draw_scene},
    {"-clip", offsetof(struct request, width), 2, 64, 8192, draw_clip},
};

static const struct flag *find(const char *name) {
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (strcmp(flags[i].name, name) == 0) {
            return &flags[i];
        }
    }
    return NULL;
}

/* Reads what follows the flag; false when that is not what it wants. argv ends with NULL. */
static bool take(const struct flag *flag, char **values, struct request *r) {
    char *const to = (char *)r + flag->at;
    if (flag->numbers == 0 && flag->job == NULL) {
        memcpy(to, &(bool){true}, sizeof(bool));
    }
    for (int i = 0; i < flag->numbers; i++) {
        long value;
        if (values[i] == NULL || !dk_text_int(values[i], &value) || value < flag->low || value > flag->high) {
            return false;
        }
        memcpy(to + (size_t)i * sizeof value, &value, sizeof value);
    }
    return true;
}

static dk_status read_request(int argc, char **argv, struct request *r, job *what, dk_error *err) {
    for (int i = 1; i < argc; i++) {
        const struct flag *flag = find(argv[i]);
        if (flag == NULL && (argv[i][0] == '-' || r->out != NULL)) {
            return dk_fail(err, DK_EUSAGE, "what is '%s'?", argv[i]);
        }
        if (flag == NULL) {
            r->out = argv[i];
            continue;
        }
        if (!take(flag, argv + i + 1, r)) {
            return dk_fail(err, DK_EUSAGE, "%s wants %s of %ld..%ld", flag->name,
                           flag->numbers == 1 ? "a number" : "width and height", flag->low, flag->high);
        }
        i += flag->numbers;
        *what = flag->job != NULL ? flag->job : *what;
    }
    return r->out != NULL ? DK_OK : dk_fail(err, DK_EUSAGE, "where to?");
}

int main(int argc, char **argv) {
    struct request r = {.seed = 1, .size = 48, .count = 3000, .places = 3, .seconds = 20, .fps = 25};
    job what = draw_set;
    dk_error err = {0};
    if (read_request(argc, argv, &r, &what, &err) != DK_OK) {
        fprintf(stderr, "faces: %s\n%s", err.text, usage);
        return 2;
    }
    if (what(&r, &err) != DK_OK) {
        fprintf(stderr, "faces: %s\n", err.text);
        return 1;
    }
    return 0;
}
