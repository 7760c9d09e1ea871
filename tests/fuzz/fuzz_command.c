/* Any bytes as a command line, an argument a line: never a crash, a failure has a text, and a command that is found has
 * flags and words of this line. Nothing is run. */
#include <stdlib.h>
#include <string.h>

#include "app/line.h"
#include "fuzz/fuzz.h"

enum { MOST = 64 };

static int split(char *text, const char *argv[MOST]) {
    int argc = 0;
    for (char *at = text; at != NULL && argc < MOST;) {
        char *const end = strchr(at, '\n');
        argv[argc++] = at;
        if (end != NULL) {
            *end = '\0';
        }
        at = end == NULL ? NULL : end + 1;
    }
    return argc;
}

static void parse(int argc, const char *const *argv, dk_arena *arena) {
    dk_line line;
    dk_error err = {0};
    fuzz_check(dk_line_read(&line, argc, argv, arena, &err), &err);
    if (line.count < 0 || line.count > argc || (line.flags != NULL && line.command == NULL)) {
        abort();
    }
    for (int i = 0; i < line.count; i++) {
        if (line.words[i] == NULL) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    const char *argv[MOST];
    char *const text = fuzz_copy(bytes, size, '\0');
    dk_arena *const arena = dk_arena_open();
    parse(split(text, argv), argv, arena);
    free(text);
    dk_arena_close(arena);
    return 0;
}
