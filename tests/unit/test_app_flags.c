/* The command line: flags out, words left, and the command that they name. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "app/habits.h"
#include "app/line.h"
#include "app/setup.h"

static dk_arena *arena;
static dk_line line;
static dk_error err;

static void open(void) {
    arena = dk_arena_open();
    err = (dk_error){0};
}

static void close(void) {
    dk_arena_close(arena);
}

/* Splits the line at spaces and takes it apart. */
static dk_status parse(const char *text) {
    const char *argv[16];
    int argc = 0;
    for (char *word = strtok(dk_arena_text(arena, text), " "); word; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    return dk_line_read(&line, argc, argv, arena, &err);
}

/* ---- values, with a table of this file ---- */

typedef struct {
    int json, layer;
    long seed;
    double smooth;
    const char *file, *split;
    dk_model_flags model;
    int top;
} flags;

static const char *const splits[] = {"train", "valid", "test", NULL};
#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"json", DK_FLAG_SWITCH, AT(json), .help = "print JSON"},
    {"layer", DK_FLAG_INT, AT(layer), .def = -1, .max = 9, .value = "N", .help = "only layer N"},
    {"smooth", DK_FLAG_NUMBER, AT(smooth), .def = .35, .max = 60, .value = "SECONDS",
     .help = "time constant"},
    {"file", DK_FLAG_FILE, AT(file), .value = "FILE", .help = "a file"},
    {"split", DK_FLAG_WORD, AT(split), .words = splits, .help = "which"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own},
                                       {.rows = dk_flags_seed, .at = AT(model)},
                                       {.rows = dk_flags_model, .at = AT(model)},
                                       {.rows = dk_flags_top, .at = AT(top)},
                                       {0}};

static flags filled;

static dk_status take(const char *name, const char *value) {
    dk_flag row;
    cr_assert(dk_flags_find(tables, name, &row), "%s", name);
    return dk_flag_take(&row, value, &filled, arena, &err);
}

static void fresh(void) {
    open();
    filled = (flags){0};
    dk_flags_default(tables, &filled);
}

TestSuite(app_flag_values, .init = fresh, .fini = close);

Test(app_flag_values, defaults_are_those_of_the_rows) {
    cr_expect_eq(filled.layer, -1);
    cr_expect_eq(filled.smooth, .35);
    cr_expect(filled.model.threads == 0 && filled.top == 0 && !filled.file && !filled.model.set.net);
}

Test(app_flag_values, each_kind_fills_its_field) {
    cr_assert_eq(take("json", NULL), DK_OK);
    cr_assert_eq(take("layer", "3"), DK_OK);
    cr_assert_eq(take("seed", "2147483647"), DK_OK);
    cr_assert_eq(take("smooth", "0.25"), DK_OK);
    cr_assert_eq(take("file", "a"), DK_OK);
    cr_assert_eq(take("split", "test"), DK_OK);
    cr_assert_eq(take("t", "2"), DK_OK);
    cr_expect(filled.json == 1 && filled.layer == 3 && filled.smooth == .25 && filled.top == 2);
    cr_expect(filled.model.seed == 2147483647L && strcmp(filled.file, "a") == 0);
    cr_expect_str_eq(filled.split, "test");
}

Test(app_flag_values, set_is_sorted_by_file_and_keeps_order) {
    cr_assert_eq(take("set", "net.batch=8"), DK_OK);
    cr_assert_eq(take("set", "data.train=x=y"), DK_OK);
    cr_assert_eq(take("precision", "bf16"), DK_OK);
    const dk_flag_sets *const set = &filled.model.set;
    cr_expect_str_eq(set->net[0], "batch=8");
    cr_expect_str_eq(set->net[1], "precision=bf16");
    cr_expect_null(set->net[2]);
    cr_expect_str_eq(set->data[0], "train=x=y");
    cr_expect_null(set->data[1]);
}

Test(app_flag_values, sizes_have_units) {
    const struct {
        const char *text;
        size_t bytes;
    } cases[] = {{"2G", (size_t)2 << 30}, {"1.5m", 1536 << 10}, {"64k", 64 << 10}, {"1000", 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(take("max_memory", cases[i].text), DK_OK, "%s", err.text);
        cr_assert_eq(filled.model.max_memory, cases[i].bytes, "%s: %zu", cases[i].text,
                     filled.model.max_memory);
    }
}

Test(app_flag_values, what_cannot_be_meant_is_wrong_use) {
    const struct {
        const char *name, *value, *words;
    } cases[] = {{"max_memory", "G", "a size such as 800M"},
                 {"max_memory", "-1", "a size"},
                 {"max_memory", "0", "a size"},
                 {"threads", "1.5", "no whole number"},
                 {"threads", "0", "out of range 1..1024"},
                 {"threads", "-2", "out of range 1..1024"},
                 {"seed", "99999999999999", "out of range 1..2147483647"},
                 {"layer", "-1", "out of range 0..9"},
                 {"smooth", "x", "a number in 0..60"},
                 {"smooth", "-1", "a number in 0..60"},
                 {"split", "trian", "there are train, valid and test; did you mean 'train'?"},
                 {"set", "net.=3", "net.KEY=VALUE"},
                 {"set", "net.batch", "net.KEY=VALUE"},
                 {"set", "batch=3", "net.KEY=VALUE"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err = (dk_error){0};
        cr_expect_eq(take(cases[i].name, cases[i].value), DK_EUSAGE, "%s %s", cases[i].name, cases[i].value);
        cr_expect_not_null(strstr(err.text, cases[i].words), "'%s' has no '%s'", err.text, cases[i].words);
    }
}

Test(app_flag_values, help_shows_value_words_and_default) {
    dk_buffer text = {0};
    dk_flags_help(tables, &text);
    cr_assert_not_null(text.text);
    cr_expect_not_null(strstr(text.text, "    -json              print JSON\n"), "%s", text.text);
    cr_expect_not_null(strstr(text.text, "    -smooth SECONDS    time constant (0.35)\n"), "%s", text.text);
    cr_expect_not_null(strstr(text.text, "    -split train|valid|test which\n"), "%s", text.text);
    dk_buffer_free(&text);
}

/* ---- lines ---- */

TestSuite(app_flags, .init = open, .fini = close);

Test(app_flags, flags_stand_anywhere_and_words_keep_their_order) {
    cr_assert_eq(parse("-threads 3 classifier -json predict a b c -t 2 d"), DK_OK, "%s", err.text);
    cr_assert_str_eq(line.command->action->name, "predict");
    cr_assert_eq(line.count, 4);
    cr_expect_str_eq(line.words[0], "a");
    cr_expect_str_eq(line.words[3], "d");
}

Test(app_flags, what_cannot_be_meant_is_wrong_use) {
    const char *const lines[][2] = {
        {"network info a -max_memory", "-max_memory wants a value: -max_memory 2G"},
        {"network info a -nothing", "there is no flag -nothing"},
        {"network info a -treads 2", "did you mean -threads?"},
        {"network info a --threads 2", "did you mean -threads?"},
        {"network info a -json", "`network info` has no flag -json"},
        {"network info a -version", "`network info` has no flag -version"},
        {"network info", "`network info` wants exactly 1 argument: CFG"},
        {"network info a b", "`network info` has no use for 'b'; it takes CFG"},
        {"version a", "`version` has no use for 'a'; it takes no arguments"},
        {"nothing -threads 1", "there is no command 'nothing'"},
        {"-nothing", "there is no flag -nothing"},
        {"-threads", "a command is missing"}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        err = (dk_error){0};
        cr_expect_eq(parse(lines[i][0]), DK_EUSAGE, "%s was taken", lines[i][0]);
        cr_expect_not_null(strstr(err.text, lines[i][1]), "'%s' has no '%s'", err.text, lines[i][1]);
    }
}

Test(app_flags, a_lone_dash_is_a_word_and_two_end_the_flags) {
    cr_assert_eq(parse("classifier predict a - c -- -json"), DK_OK, "%s", err.text);
    cr_assert_eq(line.count, 4);
    cr_expect_str_eq(line.words[1], "-");
    cr_expect_str_eq(line.words[3], "-json");
}

Test(app_flags, help_and_version_are_asked_for_anywhere) {
    cr_assert_eq(parse("classifier -help train -nothing"), DK_OK, "%s", err.text);
    cr_expect(line.help && line.count == 2);
    cr_expect_str_eq(line.words[1], "train");
    cr_assert_eq(parse("-version"), DK_OK, "%s", err.text);
    cr_expect(!line.help && line.command);
    cr_expect_str_eq(line.command->action->name, "version");
}

/* -json is a switch of predict and names a file of demo, -calibrate one of valid and a .data file of import: each line is
 * read as its own command has it, also where the flag stands before the command's words. */
Test(app_flags, two_commands_may_mean_different_things_by_one_flag) {
    cr_assert_eq(parse("-json classifier predict a b c log"), DK_OK, "%s", err.text);
    cr_expect_str_eq(line.command->action->name, "predict");
    cr_expect_eq(line.count, 4);
    cr_assert_eq(parse("-json log classifier demo a b x"), DK_OK, "%s", err.text);
    cr_expect_str_eq(line.command->action->name, "demo");
    cr_expect_eq(line.count, 3);
    cr_assert_eq(parse("import -calibrate d a b c"), DK_OK, "%s", err.text);
    cr_expect_eq(line.count, 3);
    cr_assert_eq(parse("classifier valid -calibrate a b c"), DK_OK, "%s", err.text);
    cr_expect_eq(line.count, 3);
    cr_assert_eq(parse("import a b c -calibrate"), DK_EUSAGE);
    cr_expect_str_eq(err.text, "-calibrate wants a value: -calibrate DATA");
    cr_assert_eq(parse("-json classifier demo"), DK_EUSAGE);
    cr_expect_str_eq(err.text,
                     "a flag of `classifier demo` takes a word of the command; put flags behind it");
}

/* ---- other Darknets ---- */

Test(app_flags, harmless_flags_of_darknet_leave_a_note) {
    cr_assert_eq(parse("classifier train a -i -1 b -gpus 0,1 -topk -gpu c -gpu 0 -threads 2 -nogpu"), DK_OK,
                 "%s", err.text);
    cr_assert_eq(line.count, 3);
    cr_expect_str_eq(line.words[0], "a");
    cr_expect_str_eq(line.words[1], "b");
    cr_expect_str_eq(line.words[2], "c");
    static const char *const notes[] = {
        "-i -1 has no effect: ", "-gpus 0,1 has no effect: ", "-topk has no effect: ",
        "-gpu has no effect: ",  "-gpu 0 has no effect: ",    "-nogpu has no effect: "};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        cr_assert_not_null(line.notes[i]);
        cr_expect(strncmp(line.notes[i], notes[i], strlen(notes[i])) == 0, "%s", line.notes[i]);
    }
    cr_expect_null(line.notes[6]);
    cr_assert_eq(parse("version"), DK_OK);
    cr_expect_null(line.notes);
}

Test(app_flags, other_flags_of_darknet_tell_our_way) {
    const struct {
        const char *line, *words;
    } cases[] = {{"classifier demo -out_filename y.mp4", "there is no flag -out_filename: -out FILE"},
                 {"classifier demo -out_filename", "-out FILE"},
                 {"network info -mjpeg_port 8090", "where a command has one, it means -http"},
                 {"classifier demo -http_port", "-http_port wants a value: -http [ADDRESS:]PORT"},
                 {"classifier demo -json_port 8090", "-http PORT serves the answers"},
                 {"classifier predict -thresh .5", "-t N of predict"},
                 {"classifier predict -i x.jpg", "-i x.jpg: a number stands there"},
                 {"classifier predict -gpus 0,x", "-gpus 0,x: a number stands there"},
                 {"classifier predict -i 0,1", "-i 0,1: a number"},
                 {"classifier predict -i", "-i wants a number behind it"},
                 {"classifier train -i 0 -nothing", "there is no flag -nothing"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err = (dk_error){0};
        cr_expect_eq(parse(cases[i].line), DK_EUSAGE, "%s was taken", cases[i].line);
        cr_expect_not_null(strstr(err.text, cases[i].words), "'%s' has no '%s'", err.text, cases[i].words);
    }
}

/* The first look at a line only wants its command. */
Test(app_flags, flags_of_darknet_are_passed_over_before_the_command_is_known) {
    cr_assert_eq(parse("-i 0 classifier -gpu 1 demo a b -gpus 0"), DK_OK, "%s", err.text);
    cr_expect_str_eq(line.command->action->name, "demo");
    cr_assert_eq(line.count, 2);
    cr_assert_eq(parse("detector -thresh .5 demo -foo"), DK_EUSAGE);
    cr_expect_not_null(strstr(err.text, "detectors of objects"), "%s", err.text);
}

Test(app_flags, no_flag_of_darknet_hides_one_of_ours) {
    dk_buffer ours = {0}, theirs = {0};
    for (const dk_command *c = dk_commands; c->action; c++) {
        dk_flags_usage(c->action->flags, &ours);
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
    for (const dk_command *c = dk_commands; c->action; c++) {
        cr_expect_null(dk_habit_command(c->group ? c->group : c->action->name, c->action->name));
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
