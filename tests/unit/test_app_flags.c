/* The command line: flags out, words left, and the command that they name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "app/command.h"
#include "app/habits.h"

static dk_arena *arena;
static dk_flags flags;
static const char *words[16];
static int count;
static dk_error err;
static const char *const *of_command; /* its flags, NULL: not known */

static void open(void) {
    arena = dk_arena_open();
    err = (dk_error){0};
    of_command = NULL;
}

static void close(void) {
    dk_arena_close(arena);
}

/* Splits the line at spaces and parses it. */
static dk_status parse(const char *line) {
    static const char *argv[16];
    int argc = 0;
    for (char *word = strtok(dk_arena_text(arena, line), " "); word; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    return dk_flags_parse(&flags, argc, argv, of_command, words, &count, arena, &err);
}

TestSuite(app_flags, .init = open, .fini = close);

Test(app_flags, flags_stand_anywhere_and_words_keep_their_order) {
    cr_assert_eq(parse("-threads 3 classifier -json predict a -t 2 b"), DK_OK, "%s", err.text);
    cr_assert_eq(count, 4);
    cr_assert_str_eq(words[0], "classifier");
    cr_assert_str_eq(words[3], "b");
    cr_assert_eq(flags.threads, 3);
    cr_assert_eq(flags.top, 2);
    cr_assert(flags.json && !flags.clear);
}

Test(app_flags, absent_flags_are_zero_and_numbers_from_0_are_minus_1) {
    cr_assert_eq(parse("version"), DK_OK);
    cr_assert_eq(flags.threads, 0);
    cr_assert_eq(flags.layer, -1);
    cr_assert_eq(flags.top, -1);
    cr_assert_null(flags.set_net);
}

Test(app_flags, set_is_sorted_by_file_and_keeps_order) {
    cr_assert_eq(parse("-set net.batch=8 -set data.train=x=y -set net.seed=2"), DK_OK, "%s", err.text);
    cr_assert_str_eq(flags.set_net[0], "batch=8");
    cr_assert_str_eq(flags.set_net[1], "seed=2");
    cr_assert_null(flags.set_net[2]);
    cr_assert_str_eq(flags.set_data[0], "train=x=y");
    cr_assert_null(flags.set_data[1]);
}

Test(app_flags, sizes_have_units) {
    const struct {
        const char *line;
        size_t bytes;
    } cases[] = {{"-max_memory 2G", (size_t)2 << 30},
                 {"-max_memory 1.5m", 1536 << 10},
                 {"-max_memory 64k", 64 << 10},
                 {"-max_memory 1000", 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(parse(cases[i].line), DK_OK, "%s", err.text);
        cr_assert_eq(flags.max_memory, cases[i].bytes, "%s: %zu", cases[i].line, flags.max_memory);
    }
}

Test(app_flags, what_cannot_be_meant_is_wrong_use) {
    const char *lines[] = {"-max_memory",    "-max_memory G",
                           "-max_memory -1", "-max_memory 0",
                           "-threads 1.5",   "-threads 0",
                           "-threads -2",    "-seed 99999999999999",
                           "-layer -1",      "-set net.=3",
                           "-set net.batch", "-set batch=3",
                           "-nothing",       "-",
                           "--json"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strcmp(lines[i], "-") == 0) {
            cr_assert_eq(parse(lines[i]), DK_OK, "a lone dash is a word");
            continue;
        }
        cr_assert_eq(parse(lines[i]), DK_EUSAGE, "%s was taken", lines[i]);
        cr_assert_neq(err.text[0], '\0');
    }
}

Test(app_flags, two_dashes_end_the_flags) {
    cr_assert_eq(parse("a -- -json"), DK_OK);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(words[1], "-json");
    cr_assert_not(flags.json);
}

Test(app_flags, a_command_takes_only_its_own) {
    const char *const names[] = {"json", NULL};
    cr_assert_eq(parse("-json"), DK_OK);
    cr_assert_eq(dk_flags_allow(&flags, names, "x", &err), DK_OK);
    cr_assert_eq(parse("-json -clear"), DK_OK);
    cr_assert_eq(dk_flags_allow(&flags, names, "x", &err), DK_EUSAGE);
    cr_assert(strstr(err.text, "-clear"));
}

Test(app_flags, every_command_is_found_by_its_words) {
    for (const dk_command *const *c = dk_commands; *c; c++) {
        const char *line[2] = {(*c)->group ? (*c)->group : (*c)->name, (*c)->group ? (*c)->name : "x"};
        const dk_command *found = NULL;
        int used = 0;
        cr_assert_eq(dk_command_find(&found, line, 2, &used, &err), DK_OK);
        cr_assert_eq(found, *c);
        cr_assert_eq(used, (*c)->group ? 2 : 1);
        cr_assert_not_null((*c)->help);
        cr_assert_not_null((*c)->run);
    }
}

Test(app_flags, the_flags_that_commands_name_exist) {
    for (const dk_command *const *c = dk_commands; *c; c++) {
        dk_buffer text = {0};
        dk_flags_help((*c)->flags, &text); /* a name without a row would crash here */
        dk_command_usage(*c, &text);
        cr_assert_not(text.failed);
        dk_buffer_free(&text);
    }
}

Test(app_flags, a_command_may_have_a_flag_of_anothers_name) {
    static const char *const with_value[] = {"threads", "calibrate DATA", NULL};
    static const char *const as_switch[] = {"calibrate", NULL};
    cr_assert_eq(parse("import a -calibrate b"), DK_OK, "%s", err.text); /* the command is not known yet */
    cr_assert_eq(count, 3);
    of_command = with_value;
    cr_assert_eq(parse("import a -calibrate b"), DK_OK, "%s", err.text);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(flags.calibrate_data, "b");
    cr_assert_eq(flags.calibrate, 0);
    cr_assert_eq(dk_flags_allow(&flags, with_value, "import", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_flags_allow(&flags, as_switch, "valid", &err), DK_EUSAGE);
    cr_assert_eq(parse("import a -calibrate"), DK_EUSAGE);
    cr_assert_str_eq(err.text, "-calibrate wants a value: -calibrate DATA");
    of_command = as_switch;
    cr_assert_eq(parse("valid a -calibrate b"), DK_OK, "%s", err.text);
    cr_assert_eq(count, 3);
    cr_assert_eq(flags.calibrate, 1);
    cr_assert_eq(dk_flags_allow(&flags, with_value, "import", &err), DK_EUSAGE);
}

Test(app_flags, json_takes_a_file_where_the_command_says_so) {
    static const char *const with_file[] = {"json FILE", "smooth", NULL};
    static const char *const as_switch[] = {"json", NULL};
    of_command = with_file;
    cr_assert_eq(parse("demo -json log x"), DK_OK, "%s", err.text);
    cr_expect(flags.json_file && strcmp(flags.json_file, "log") == 0 && !flags.json && count == 2);
    cr_expect_eq(dk_flags_allow(&flags, with_file, "demo", &err), DK_OK);
    of_command = as_switch;
    cr_assert_eq(parse("other -json log x"), DK_OK, "%s", err.text);
    cr_expect(!flags.json_file && flags.json && count == 3);
    cr_expect_eq(dk_flags_allow(&flags, with_file, "demo", &err), DK_EUSAGE);
}

Test(app_flags, numbers_with_a_point) {
    cr_assert_eq(parse("-smooth 0.25 -margin 0"), DK_OK, "%s", err.text);
    cr_expect(flags.smooth == .25 && flags.margin == 0);
    cr_expect_eq(flags.reconnect, -1, "not given");
    cr_expect_eq(parse("-smooth x"), DK_EUSAGE);
    cr_expect_eq(parse("-smooth -1"), DK_EUSAGE);
    cr_expect(strstr(err.text, "0..60") != NULL, "%s", err.text);
}

/* ---- other Darknets ---- */

static const char *const threads_only[] = {"threads", NULL};

Test(app_flags, harmless_flags_of_darknet_leave_a_note) {
    of_command = threads_only;
    cr_assert_eq(parse("train a -i -1 b -gpus 0,1 -topk -gpu c -gpu 0 -threads 2 -nogpu"), DK_OK, "%s",
                 err.text);
    cr_assert_eq(count, 4);
    cr_expect_str_eq(words[1], "a");
    cr_expect_str_eq(words[2], "b");
    cr_expect_str_eq(words[3], "c");
    cr_expect_eq(flags.threads, 2);
    static const char *const notes[] = {
        "-i -1 has no effect: ", "-gpus 0,1 has no effect: ", "-topk has no effect: ",
        "-gpu has no effect: ",  "-gpu 0 has no effect: ",    "-nogpu has no effect: "};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        cr_assert_not_null(flags.notes[i]);
        cr_expect(strncmp(flags.notes[i], notes[i], strlen(notes[i])) == 0, "%s", flags.notes[i]);
    }
    cr_expect_null(flags.notes[6]);
    cr_assert_eq(parse("train -threads 2"), DK_OK);
    cr_expect_null(flags.notes);
}

Test(app_flags, other_flags_of_darknet_tell_our_way) {
    of_command = threads_only;
    const struct {
        const char *line, *words;
    } cases[] = {{"demo -out_filename y.mp4", "there is no flag -out_filename: -out FILE"},
                 {"demo -out_filename", "-out FILE"},
                 {"demo -http_port 8090", "nothing is served over a network"},
                 {"predict -thresh .5", "-t N of predict"},
                 {"predict -i x.jpg", "-i x.jpg: a number stands there"},
                 {"predict -gpus 0,x", "-gpus 0,x: a number stands there"},
                 {"predict -i 0,1", "-i 0,1: a number"},
                 {"predict -i", "-i wants a number behind it"},
                 {"train -i 0 -nothing", "there is no flag -nothing"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err = (dk_error){0};
        cr_expect_eq(parse(cases[i].line), DK_EUSAGE, "%s was taken", cases[i].line);
        cr_expect_not_null(strstr(err.text, cases[i].words), "'%s' has no '%s'", err.text, cases[i].words);
    }
}

/* The first look at a line only wants its command. */
Test(app_flags, flags_of_darknet_are_passed_over_before_the_command_is_known) {
    cr_assert_eq(parse("-i 0 classifier -thresh .5 demo -out_filename a.mp4 b -gpus"), DK_OK, "%s", err.text);
    cr_assert_eq(count, 3);
    cr_expect_str_eq(words[2], "b");
    cr_expect_null(flags.notes);
}

Test(app_flags, no_flag_of_darknet_hides_one_of_ours) {
    dk_buffer ours = {0}, theirs = {0};
    for (const dk_command *const *c = dk_commands; *c; c++) {
        dk_flags_usage((*c)->flags, &ours);
    }
    dk_habits_help(&theirs, false);
    cr_assert(ours.text != NULL && theirs.text != NULL);
    for (int i = 0; dk_habit_name(i); i++) {
        char with_value[64], alone[64];
        snprintf(with_value, sizeof with_value, "[-%s ", dk_habit_name(i));
        snprintf(alone, sizeof alone, "[-%s]", dk_habit_name(i));
        cr_expect(!strstr(ours.text, with_value) && !strstr(ours.text, alone), "%s", dk_habit_name(i));
        cr_expect_eq(dk_habit_find(dk_habit_name(i)) != NULL, true);
        snprintf(alone, sizeof alone, "  -%s ", dk_habit_name(i));
        cr_expect_not_null(strstr(theirs.text, alone), "%s", alone);
    }
    dk_buffer_free(&ours);
    dk_buffer_free(&theirs);
}

Test(app_flags, commands_of_darknet_tell_our_way_and_hide_none_of_ours) {
    for (const dk_command *const *c = dk_commands; *c; c++) {
        cr_expect_null(dk_habit_command((*c)->group ? (*c)->group : (*c)->name, (*c)->name));
    }
    const char *const lines[][3] = {
        {"statistics", "a.cfg", "network stats CFG WEIGHTS"},
        {"detector", "test", "detectors of objects are not there yet"},
        {"detector", NULL, "there is no command 'detector': detectors"},
        {"classifier", "valid10", "no command 'classifier valid10': `classifier valid"},
        {"classify", "a.cfg", "classifier predict DATA CFG WEIGHTS PICTURE"}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const dk_command *found = NULL;
        int used = 0;
        cr_expect_eq(dk_command_find(&found, lines[i], lines[i][1] ? 2 : 1, &used, &err), DK_EUSAGE);
        cr_expect_not_null(strstr(err.text, lines[i][2]), "'%s' has no '%s'", err.text, lines[i][2]);
    }
}
