/* The table of commands, and how the words of a line find theirs. */
#include "app/command.h"

#include <stdio.h>
#include <string.h>

#include "app/habits.h"

#define DK_COMMANDS(X)                                                                                       \
    X(train)                                                                                                 \
    X(valid)                                                                                                 \
    X(predict)                                                                                               \
    X(demo)                                                                                                  \
    X(test)                                                                                                  \
    X(samples)                                                                                               \
    X(results) X(compare) X(info) X(stats) X(partial) X(import) X(fer2013) X(check) X(help) X(version)

#define DECLARE(name) extern const dk_command dk_command_##name;
DK_COMMANDS(DECLARE)
#define ROW(name) &dk_command_##name,
const dk_command *const dk_commands[] = {DK_COMMANDS(ROW) NULL};
enum { COMMANDS = sizeof dk_commands / sizeof *dk_commands - 1 };

static bool is_group(const char *word) {
    for (int i = 0; i < COMMANDS; i++) {
        if (dk_commands[i]->group && strcmp(dk_commands[i]->group, word) == 0) {
            return true;
        }
    }
    return false;
}

/* The first word is no command and no group: the nearest of both, or a command's second word alone. */
static dk_status no_command(const char *word, dk_error *err) {
    const char *names[2 * COMMANDS + 1] = {NULL};
    int n = 0;
    for (int i = 0; i < COMMANDS; i++) {
        const dk_command *c = dk_commands[i];
        if (c->group && strcmp(c->name, word) == 0) {
            return dk_fail(err, DK_EUSAGE, "there is no command '%s'; did you mean '%s %s'?", word, c->group,
                           word);
        }
        names[n++] = c->group ? c->group : c->name;
    }
    const char *near = dk_text_closest(word, names);
    if (near) {
        return dk_fail(err, DK_EUSAGE, "there is no command '%s'; did you mean '%s'?", word, near);
    }
    return dk_fail(err, DK_EUSAGE, "there is no command '%s'; `darknet help` lists them", word);
}

/* The group is there, its second word is missing or unknown. */
static dk_status no_member(const char *group, const char *word, dk_error *err) {
    const char *names[COMMANDS + 1] = {NULL};
    int n = 0;
    dk_buffer list = {0};
    for (int i = 0; i < COMMANDS; i++) {
        const dk_command *c = dk_commands[i];
        if (c->group && strcmp(c->group, group) == 0) {
            dk_buffer_add(&list, "%s%s", n > 0 ? ", " : "", c->name);
            names[n++] = c->name;
        }
    }
    const char *near = word ? dk_text_closest(word, names) : NULL;
    if (!word) {
        dk_fail(err, DK_EUSAGE, "'%s' wants one more word: %s", group, list.failed ? "" : list.text);
    } else if (near) {
        dk_fail(err, DK_EUSAGE, "there is no command '%s %s'; did you mean '%s %s'?", group, word, group,
                near);
    } else {
        dk_fail(err, DK_EUSAGE, "there is no command '%s %s'; there are: %s", group, word,
                list.failed ? "" : list.text);
    }
    dk_buffer_free(&list);
    return DK_EUSAGE;
}

dk_status dk_command_find(const dk_command **out, const char *const *words, int count, int *used,
                          dk_error *err) {
    if (count == 0) {
        return dk_fail(err, DK_EUSAGE, "a command is missing; `darknet help` lists them");
    }
    for (int i = 0; i < COMMANDS; i++) {
        const dk_command *c = dk_commands[i];
        const bool alone = !c->group && strcmp(c->name, words[0]) == 0;
        const bool member =
            c->group && count > 1 && strcmp(c->group, words[0]) == 0 && strcmp(c->name, words[1]) == 0;
        if (alone || member) {
            *out = c;
            *used = alone ? 1 : 2;
            return DK_OK;
        }
    }
    const char *way = dk_habit_command(words[0], count > 1 ? words[1] : NULL);
    if (way) {
        const bool member = is_group(words[0]);
        return dk_fail(err, DK_EUSAGE, "there is no command '%s%s%s': %s", words[0], member ? " " : "",
                       member ? words[1] : "", way);
    }
    if (is_group(words[0])) {
        return no_member(words[0], count > 1 ? words[1] : NULL, err);
    }
    return no_command(words[0], err);
}

void dk_command_usage(const dk_command *c, dk_buffer *out) {
    dk_buffer_add(out, "usage: darknet %s%s%s%s%s", c->group ? c->group : "", c->group ? " " : "", c->name,
                  c->args[0] ? " " : "", c->args);
    dk_flags_usage(c->flags, out);
}
