/* The table of commands, and how the words of a line find theirs. */
#include "app/command.h"

#include <stdio.h>
#include <string.h>

#include "app/habits.h"

/* clang-format off */
#define DK_COMMANDS(X)                                                                                       \
    X("classifier", train) X("classifier", valid) X("classifier", predict) X("classifier", demo)             \
    X("classifier", serve) X("classifier", test) X("classifier", samples)                                                           \
    X("regressor", train_any) X("regressor", valid_any) X("regressor", predict_values)                        \
    X("segmenter", train_any) X("segmenter", valid_any) X("segmenter", predict_masks)                        \
    X(NULL, results) X(NULL, compare)                                                                        \
    X("network", info) X("network", stats) X("network", partial)                                             \
    X(NULL, import) X(NULL, export)                                                                          \
    X("dataset", fer2013) X("dataset", check) X("dataset", pack)                                                                \
    X(NULL, help) X(NULL, version)
/* clang-format on */

#define DECLARE(group, name) extern const dk_action dk_action_##name;
DK_COMMANDS(DECLARE)
#define ROW(group, name) {group, &dk_action_##name},
const dk_command dk_commands[] = {DK_COMMANDS(ROW){0}};
enum { COMMANDS = sizeof dk_commands / sizeof *dk_commands - 1 };

static bool is_group(const char *word) {
    for (int i = 0; i < COMMANDS; i++) {
        if (dk_commands[i].group && strcmp(dk_commands[i].group, word) == 0) {
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
        const dk_command *c = &dk_commands[i];
        if (c->group && strcmp(c->action->name, word) == 0) {
            return dk_fail(err, DK_EUSAGE, "there is no command '%s'; did you mean '%s %s'?", word, c->group,
                           word);
        }
        names[n++] = c->group ? c->group : c->action->name;
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
        const dk_command *c = &dk_commands[i];
        if (c->group && strcmp(c->group, group) == 0) {
            dk_buffer_add(&list, "%s%s", n > 0 ? ", " : "", c->action->name);
            names[n++] = c->action->name;
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

int dk_command_words(const dk_command *c, const char *const *words, int count) {
    const int own = c->group ? 2 : 1;
    const bool same = count >= own && strcmp(words[own - 1], c->action->name) == 0 &&
                      (!c->group || strcmp(words[0], c->group) == 0);
    return same ? own : 0;
}

dk_status dk_command_find(const dk_command **out, const char *const *words, int count, int *used,
                          dk_error *err) {
    if (count == 0) {
        return dk_fail(err, DK_EUSAGE, "a command is missing; `darknet help` lists them");
    }
    for (int i = 0; i < COMMANDS; i++) {
        *used = dk_command_words(&dk_commands[i], words, count);
        if (*used > 0) {
            *out = &dk_commands[i];
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

void dk_command_name(const dk_command *c, char out[64]) {
    snprintf(out, 64, "%s%s%s", c->group ? c->group : "", c->group ? " " : "", c->action->name);
}

void dk_command_usage(const dk_command *c, dk_buffer *out) {
    char name[64];
    dk_command_name(c, name);
    dk_buffer_add(out, "usage: darknet %s%s%s", name, c->action->args[0] ? " " : "", c->action->args);
    dk_flags_usage(c->action->flags, out);
}
