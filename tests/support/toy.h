/* A toy data set and network in the current folder (temp_enter first), small enough to train in a second:
 * 3 classes of 10×10 pictures, one colour each with noise; 60 to learn from, 15 to validate on. */
#ifndef TESTS_SUPPORT_TOY_H
#define TESTS_SUPPORT_TOY_H

#include "run/train.h"

/* Writes toy.data, toy.names, toy.cfg, train/<label>/….png and valid/<label>/….png. `keys` are more lines for
 * [net], such as max_epochs; batch is 6. The seed is the cfg's default, or what the environment variable TEST_SEED says:
 * what a test wants of a training must hold for every one (`make test-seeds`). */
void toy_write(const char *keys);

/* Only toy.cfg, again, with other keys. */
void toy_write_cfg(const char *keys);

/* Trains it with this observer, on the reference engine where no other is named; what the run says goes to toy_log, which keeps it in toy_said. */
dk_status toy_train(dk_run_options o, const dk_observer *observer, dk_error *err);
/* The same, stopped after this step; 0: not at all. */
dk_status toy_train_until(dk_run_options o, long step, dk_error *err);
extern const dk_log toy_log;
extern char toy_said[2048];

/* The parameters of a file of its weights, which the caller frees; *first (may be NULL): how many the first layer has. A
 * failure ends the program. */
float *toy_values(const char *path, size_t *first, size_t *count);

#endif
