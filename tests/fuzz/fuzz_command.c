/* Any bytes as a command line, an argument a line: never a crash, a failure has a text, and a command that is found has
 * flags and words of this line. Nothing is run. */
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/habits.h"
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

/* As main.c reads it: once to find the command, once more with its flags. */
static void parse(int argc, const char *const *argv, dk_arena *arena) {
    static const char *const none[] = {NULL};
    const char *words[MOST] = {NULL};
    const dk_command *command = NULL;
    dk_flags flags;
    dk_error err = {0};
    int count = 0, used = 0;
    dk_status status = dk_flags_parse(&flags, argc, argv, NULL, words, &count, arena, &err);
    fuzz_check(status, &err);
    if (status == DK_OK && count > 0) {
        (void)dk_habit_command(words[0], count > 1 ? words[1] : NULL);
    }
    if (status != DK_OK) {
        return;
    }
    status = dk_command_find(&command, words, count, &used, &err);
    fuzz_check(status, &err);
    if (status != DK_OK) {
        return;
    }
    const char *const *const names = command->flags != NULL ? command->flags : none;
    status = dk_flags_parse(&flags, argc, argv, names, words, &count, arena, &err);
    fuzz_check(status, &err);
    if (status != DK_OK) {
        return;
    }
    fuzz_check(dk_flags_allow(&flags, names, command->name, &err), &err);
    if (count < 0 || count > argc ||
        (flags.set_net != NULL && flags.set_net[0] != NULL && flags.set_net[0][0] == '\0')) {
        abort();
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
