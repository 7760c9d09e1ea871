/* Any bytes as a file of labels, as a list of pictures and as a list of those to leave out (the first byte says which):
 * never a crash, a failure has a text, labels are as many as is said, samples have labels that there are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/truth.h"
#include "data/exclude.h"
#include "data/labels.h"
#include "fuzz/fuzz.h"
#include "support/temp.h"

static const char *const names[] = {"red", "Ärger", "blue", NULL};
enum { CLASSES = 3, OUTPUTS = 2 };

static void begin(void) {
    temp_write("red/1.png", "");
    temp_write("blue/2.jpg", "");
    temp_write("good.list", "red/1.png\nblue/2.jpg\n");
    temp_write("one.list", "a.png\n");
}

static void labels(bool unique, int most) {
    const char **text = NULL;
    int lines = 0;
    dk_error err = {0};
    dk_arena *arena = dk_arena_open();
    const dk_status status = dk_labels_read(&text, &lines, "fuzz", most, unique, arena, &err);
    fuzz_check(status, &err);
    for (int i = 0; status == DK_OK && i < lines && (most == 0 || i < most); i++) {
        if (text[i][0] == '\0' || strchr(text[i], '\n') != NULL) {
            abort();
        }
    }
    dk_arena_close(arena);
}

static void list(bool labelled) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    const dk_status status = dk_dataset_open(
        &set, "fuzz",
        &(dk_truth_conf){.kind = labelled ? &dk_truth_class : NULL, .labels = names, .classes = CLASSES},
        &err);
    fuzz_check(status, &err);
    for (int i = 0; status == DK_OK && i < set->count; i++) {
        const int label = set->samples[i].label;
        if (set->samples[i].path[0] == '\0' || (labelled ? label < 0 || label >= CLASSES : label != -1)) {
            abort();
        }
    }
    dk_dataset_close(set);
}

static void left_out(void) {
    dk_dataset *set = NULL;
    dk_excluded out = {0};
    dk_error err = {0};
    if (dk_dataset_open(&set, "good.list",
                        &(dk_truth_conf){.kind = &dk_truth_class, .labels = names, .classes = CLASSES},
                        &err) != DK_OK) {
        abort();
    }
    const dk_status status = dk_dataset_exclude(set, "fuzz", &out, &err);
    fuzz_check(status, &err);
    if (status == DK_OK && (set->count < 1 || set->count + out.left_out != 2 || out.matched > out.listed)) {
        abort();
    }
    dk_dataset_close(set);
}

/* The numbers of pictures: words of a list, or the file of a picture. */
static void numbers(const char *source) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    const dk_truth_conf truth = {.kind = &dk_truth_values, .outputs = OUTPUTS};
    const dk_row_view view = {1, 1, {{1, 0, 0, 0, 1, 0}}};
    const dk_loader_conf conf = {.width = 1, .height = 1};
    const dk_status status = dk_dataset_open(&set, source, &truth, &err);
    fuzz_check(status, &err);
    for (int i = 0; status == DK_OK && i < set->count; i++) {
        float row[OUTPUTS];
        if (dk_truth_values.fill(set, i, &view, &conf, row, NULL) != DK_OK || !isfinite(row[0]) ||
            !isfinite(row[1]) || set->samples[i].path[0] == '\0') {
            abort();
        }
    }
    dk_dataset_close(set);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (fuzz_enter()) {
        begin();
    }
    if (size == 0) {
        return 0;
    }
    fuzz_write("fuzz", bytes + 1, size - 1);
    switch (bytes[0] % 8) {
    case 0:
        labels(false, 0);
        break;
    case 1:
        labels(true, 0);
        break;
    case 2:
        labels(true, 2);
        break;
    case 3:
        list(false);
        break;
    case 4:
        list(true);
        break;
    case 5:
        left_out();
        break;
    case 6:
        numbers("fuzz");
        break;
    default:
        fuzz_write("a.txt", bytes + 1, size - 1);
        numbers("one.list");
    }
    return 0;
}
