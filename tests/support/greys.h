/* A data set in the current folder (temp_enter first) whose pixels tell who they are: picture i of `count` is of class
 * i mod 3 ("a", "b", "c"), side × side pixels, and grey step·i + 1 everywhere. */
#ifndef TESTS_SUPPORT_GREYS_H
#define TESTS_SUPPORT_GREYS_H

#include "data/dataset.h"

/* bad: pictures that are text instead, rising, then −1; NULL: none. A failure ends the program. */
dk_dataset *greys_open(int count, int side, int step, const int *bad);

#endif
