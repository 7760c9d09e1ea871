/* A folder for one test's files, gone when the test is over. */
#ifndef TESTS_SUPPORT_TEMP_H
#define TESTS_SUPPORT_TEMP_H

#include <stdbool.h>

/* Makes /tmp/dk-test-XXXXXX and goes there: relative paths of the test are inside. */
void temp_enter(void);
/* Leaves it and removes it with all it holds. */
void temp_leave(void);

void temp_write(const char *path, const char *text); /* makes the folders above it */
/* The whole text of a file; the caller frees it. NULL when it is not there. */
char *temp_read(const char *path);
/* Writes `to`, which may be the same: the text of `path` with one text of it, which must be there, changed into another. */
void temp_change(const char *to, const char *path, const char *one, const char *other);
bool temp_same(const char *a, const char *b); /* both are there and equal byte by byte */

#endif
