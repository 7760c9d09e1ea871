/* Any bytes as FER2013's csv, line by line: never a crash, a failure always has a text, a row that is taken
 * always has an emotion and a split. */
#include <stdlib.h>
#include <string.h>

#include "data/fer2013.h"
#include "fuzz/fuzz.h"

static void read_line(char *line, bool header, dk_fer2013_columns *columns) {
    dk_fer2013_row row = {.emotion = -1, .split = DK_FER_SPLITS};
    dk_error err = {0};
    const dk_status status =
        header ? dk_fer2013_read_header(line, columns, &err) : dk_fer2013_read_row(line, columns, &row, &err);
    fuzz_check(status, &err);
    if (status != DK_OK && header) {
        *columns = (dk_fer2013_columns){.emotion = 0, .pixels = 1, .usage = 2, .separator = ','};
    }
    if (status == DK_OK && !header && (row.emotion < 0 || row.emotion > 6 || row.split >= DK_FER_SPLITS)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *const text = fuzz_copy(bytes, size, '\0');
    dk_fer2013_columns columns = {0, 1, 2, ','};
    bool header = true;
    for (char *at = text; at != NULL; header = false) {
        char *const end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        read_line(at, header, &columns);
        at = end == NULL ? NULL : end + 1;
    }
    free(text);
    return 0;
}
