/* Runs saved inputs through a fuzz target without a fuzzer: every file that is named, and every file in the
 * folders that are named. A crash or a sanitizer's report is the failure. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "fuzz/fuzz.h"

static dk_status replay(void *count, const char *path, dk_error *err) {
    uint8_t *bytes;
    size_t size;
    DK_TRY(dk_file_read(path, 0, &bytes, &size, err));
    fprintf(stderr, "%s\n", path); /* before the run: a crash tells its input */
    LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    ++*(int *)count;
    return DK_OK;
}

/* Paths become absolute: a target may go to a folder of its own. */
static char *absolute(const char *path) {
    char *const found = realpath(path, NULL);
    if (found == NULL) {
        perror(path);
        exit(1);
    }
    return found;
}

int main(int argc, char **argv) {
    int count = 0;
    dk_error err = {0};
    for (int i = 1; i < argc; i++) {
        argv[i] = absolute(argv[i]);
    }
    for (int i = 1; i < argc; i++) {
        const dk_status status = dk_path_is_folder(argv[i]) ? dk_folder_walk(argv[i], replay, &count, &err)
                                                            : replay(&count, argv[i], &err);
        free(argv[i]);
        if (status != DK_OK) {
            fprintf(stderr, "%s\n", err.text);
            return 1;
        }
    }
    printf("%d inputs\n", count);
    return count == 0;
}
