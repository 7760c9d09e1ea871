/* A set of pictures to measure with, in a folder of its own: grey JPEGs of 48×48, as FER2013 has them, in seven
 * classes. They are drawn: smooth shades with a little noise, which make files of FER2013's size. */
#ifndef TESTS_BENCH_SET_H
#define TESTS_BENCH_SET_H

#include <stdbool.h>

#include "base/arena.h"

enum { BENCH_CLASSES = 7, BENCH_PICTURES = 7 * 64, BENCH_MANY = 28709 };

typedef struct {
    dk_arena *arena;
    const char *folder;
    const char *few;          /* folder of BENCH_PICTURES pictures */
    const char *many;         /* of BENCH_MANY: links to those; NULL when they were not wanted */
    const char *data;         /* a .data file, with `many` to learn from, or else `few` */
    const char *const *names; /* BENCH_CLASSES */
} bench_set;

DK_CHECKED dk_status bench_set_make(bench_set *set, bool many, dk_error *err);
void bench_set_remove(bench_set *set); /* the files, too */

#endif
