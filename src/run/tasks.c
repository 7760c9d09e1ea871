/* The table of tasks. */
#include <string.h>

#include "run/task.h"

const dk_task *const dk_tasks[] = {&dk_task_classifier, &dk_task_regressor, &dk_task_segmenter, NULL};
_Static_assert(sizeof dk_tasks / sizeof *dk_tasks <= DK_SETTINGS_TASKS + 1, "raise DK_SETTINGS_TASKS");

void dk_tally_add(dk_tally *to, const dk_tally *more) {
    to->loss += more->loss;
    to->images += more->images;
    for (int i = 0; i < DK_TALLY_SUMS; i++) {
        to->sums[i] += more->sums[i];
    }
}

const dk_task *dk_task_find(const char *name) {
    for (const dk_task *const *t = dk_tasks; name != NULL && *t != NULL; t++) {
        if (strcmp((*t)->name, name) == 0) {
            return *t;
        }
    }
    return NULL;
}
