/* The table of commands: `help` names each with its arguments, help on each says how it is called, and its words find it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/help.h"
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
    words[0] = c->group != NULL ? c->group : c->name;
    words[1] = c->name;
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
    for (const dk_command *const *c = dk_commands; *c != NULL; c++, count++) {
        char wanted[512];
        snprintf(wanted, sizeof wanted, "\n  %s%s%s%s%s\n      %s\n", (*c)->group != NULL ? (*c)->group : "",
                 (*c)->group != NULL ? " " : "", (*c)->name, (*c)->args[0] != '\0' ? " " : "", (*c)->args,
                 (*c)->help);
        cr_expect(strstr(text, wanted) != NULL, "is not in `help`:%s", wanted);
    }
    cr_expect_gt(count, 10);
    cr_expect_eq(lines_that_name_one(text), count);
    free(text);
}

Test(app_commands, each_has_help_of_its_own) {
    for (const dk_command *const *c = dk_commands; *c != NULL; c++) {
        const char *words[2];
        const int count = words_of(*c, words);
        dk_buffer usage = {0};
        dk_command_usage(*c, &usage);
        char *text = help(words, count);
        cr_expect(!usage.failed && strstr(text, usage.text) != NULL, "%s", text);
        cr_expect(strstr(text, (*c)->help) != NULL, "%s", text);
        for (int i = 0; (*c)->flags != NULL && (*c)->flags[i] != NULL; i++) {
            char flag[64];
            snprintf(flag, sizeof flag, "\n    -%.*s ", (int)strcspn((*c)->flags[i], " "), (*c)->flags[i]);
            cr_expect(strstr(text, flag) != NULL, "%s %s: its help lacks -%s", words[0], words[1],
                      (*c)->flags[i]);
        }
        free(text);
        dk_buffer_free(&usage);
    }
}

Test(app_commands, each_is_found_by_its_words) {
    for (const dk_command *const *c = dk_commands; *c != NULL; c++) {
        const char *words[2];
        const dk_command *found = NULL;
        int used = 0;
        dk_error err = {0};
        const int count = words_of(*c, words);
        cr_expect_eq(dk_command_find(&found, words, count, &used, &err), DK_OK, "%s", err.text);
        cr_expect(found == *c && used == count, "%s %s", words[0], words[1]);
    }
}
