/* The table of commands: `help` names each with its arguments, help on each says how it is called, and its words find it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/help.h"
#include "run/task.h"
#include "support/temp.h"

TestSuite(app_commands, .init = temp_enter, .fini = temp_leave);

/* What `help WORDS` prints; the caller frees it. */
static char *help(const char *const *words, int count) {
    dk_error err = {0};
    cr_assert_not_null(freopen("help.txt", "w", stdout));
    cr_assert_eq(dk_help_print(words, count, &err), DK_OK, "%s", err.text);
    fflush(stdout);
    return temp_read("help.txt");
}

static int words_of(const dk_command *c, const char *words[2]) {
    words[0] = c->group != NULL ? c->group : c->action->name;
    words[1] = c->action->name;
    return c->group != NULL ? 2 : 1;
}

static long lines_that_name_one(const char *text) {
    long n = 0;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        n += strncmp(line, "  ", 2) == 0 && line[2] != ' ';
    }
    return n;
}

Test(app_commands, help_lists_all_of_the_table_and_nothing_else) {
    char *text = help(NULL, 0);
    long count = 0;
    for (const dk_command *c = dk_commands; c->action != NULL; c++, count++) {
        const dk_action *const a = c->action;
        char name[64], wanted[512];
        dk_command_name(c, name);
        snprintf(wanted, sizeof wanted, "\n  %s%s%s\n      %s\n", name, a->args[0] != '\0' ? " " : "",
                 a->args, a->help);
        cr_expect(strstr(text, wanted) != NULL, "is not in `help`:%s", wanted);
    }
    cr_expect_gt(count, 10);
    cr_expect_eq(lines_that_name_one(text), count);
    free(text);
}

Test(app_commands, each_has_help_of_its_own) {
    for (const dk_command *c = dk_commands; c->action != NULL; c++) {
        const char *words[2];
        const int count = words_of(c, words);
        dk_buffer usage = {0};
        dk_flag row;
        dk_command_usage(c, &usage);
        char *text = help(words, count);
        cr_expect(!usage.failed && strstr(text, usage.text) != NULL, "%s", text);
        cr_expect(strstr(text, c->action->help) != NULL, "%s", text);
        for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
            char flag[64];
            snprintf(flag, sizeof flag, "\n    -%s ", row.name);
            cr_expect(strstr(text, flag) != NULL, "%s %s: its help lacks -%s", words[0], words[1], row.name);
            cr_expect(strstr(text, row.help) != NULL, "%s", text);
        }
        free(text);
        dk_buffer_free(&usage);
    }
}

Test(app_commands, each_is_found_by_its_words) {
    for (const dk_command *c = dk_commands; c->action != NULL; c++) {
        const char *words[2];
        const dk_command *found = NULL;
        int used = 0;
        dk_error err = {0};
        const int count = words_of(c, words);
        cr_expect_eq(dk_command_find(&found, words, count, &used, &err), DK_OK, "%s", err.text);
        cr_expect(found == c && used == count, "%s %s", words[0], words[1]);
    }
}

/* The first word of a task's commands is its name. */
Test(app_commands, each_task_has_commands) {
    for (const dk_task *const *t = dk_tasks; *t != NULL; t++) {
        const char *const words[] = {(*t)->name, "train"};
        const dk_command *found = NULL;
        int used = 0;
        dk_error err = {0};
        cr_assert_eq(dk_command_find(&found, words, 2, &used, &err), DK_OK, "%s", err.text);
    }
}

/* What a row promises: kinds with values show one, fields lie in the command's struct, names are told apart. */
static void check_row(const dk_action *a, const dk_flag *row) {
    dk_flag first;
    cr_expect_eq(row->kind == DK_FLAG_SWITCH, row->value == NULL && row->words == NULL, "%s -%s", a->name,
                 row->name);
    cr_expect(row->kind != DK_FLAG_WORD || row->words != NULL, "%s -%s", a->name, row->name);
    cr_expect_lt(row->at, a->flags_size, "%s -%s", a->name, row->name);
    cr_expect_leq(row->min, row->max, "%s -%s", a->name, row->name);
    cr_expect(dk_flags_find(a->flags, row->name, &first) && first.help == row->help, "%s has two -%s",
              a->name, row->name);
}

Test(app_commands, rows_of_flags_are_whole) {
    for (const dk_command *c = dk_commands; c->action != NULL; c++) {
        dk_flag row;
        for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
            check_row(c->action, &row);
        }
        cr_expect_eq(c->action->flags != NULL, c->action->flags_size > 0, "%s", c->action->name);
    }
}
