/* Any bytes as a .data file beside files that it can name: never a crash, a failure has a text, and what is read has names
 * and labels for its classes. Absolute paths and those that lead up are left out: fuzzing should read nothing else. */
#include <stdlib.h>

#include "data/truth.h"
#include "data/dataset.h"
#include "fuzz/fuzz.h"
#include "support/temp.h"

static void begin(void) {
    temp_write("n", "red\nblue\n");
    temp_write("l", "r\nb\n");
    temp_write("long", "red\nblue\ngreen\n");
    temp_write("t/red/1.png", "");
    temp_write("t/blue/2.png", "");
    temp_write("list", "t/red/1.png\n");
}

static const dk_log silent = {0};

static bool leads_away(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        const uint8_t before = i > 0 ? bytes[i - 1] : 0;
        if ((bytes[i] == '/' && !(before >= 'a' && before <= 'z')) || (bytes[i] == '.' && before == '.')) {
            return true;
        }
    }
    return false;
}

static void open_set(const dk_data *data, const char *source, bool labelled) {
    dk_dataset *set = NULL;
    dk_error err = {0};
    fuzz_check(dk_data_open(&set, data, source, labelled ? &dk_truth_class : NULL, &silent, &err), &err);
    dk_dataset_close(set);
}

static void use(const dk_data *data) {
    const dk_data_conf *const c = &data->conf;
    for (int i = 0; i < c->classes; i++) {
        if (data->names[i][0] == '\0' || data->labels[i][0] == '\0') {
            abort();
        }
    }
    open_set(data, c->train, true);
    open_set(data, c->valid, true);
    open_set(data, c->test, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static const char *const set[] = {"top=1", NULL};
    dk_data *data = NULL;
    if (fuzz_enter()) {
        begin();
    }
    if (leads_away(bytes, size)) {
        return 0;
    }
    fuzz_write("fuzz.data", bytes, size);
    for (int i = 0; i < 2; i++) {
        dk_error err = {0};
        const dk_status status = dk_data_load(&data, "fuzz.data", i == 0 ? NULL : set, &silent, &err);
        fuzz_check(status, &err);
        if (status == DK_OK) {
            use(data);
            dk_data_close(data);
        }
    }
    return 0;
}
