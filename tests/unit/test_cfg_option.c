/* Option tables: every kind, its defaults, and the message of every fault. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cfg/option.h"

typedef struct {
    int size, pad, mode, free;
    float rate, automatic;
    const char *name;
    dk_ints steps;
    dk_floats scales;
} conf;

typedef struct {
    int size, extra;
} other;

static const char *const modes[] = {"constant", "steps", "poly", NULL};

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"size", DK_INT, AT(size), .def = DK_AUTO, .min = 1, .max = 64, .help = "side of the window"},
    {"pad", DK_BOOL, AT(pad), .def = 1, .help = "border"},
    {"mode", DK_CHOICE, AT(mode), .def = 2, .names = modes, .help = "policy"},
    {"free", DK_INT, AT(free), .def = -3, .help = "any number"},
    {"rate", DK_FLOAT, AT(rate), .def = 0.1, .min = 0, .max = 1, .help = "learning rate"},
    {"automatic", DK_FLOAT, AT(automatic), .def = DK_AUTO, .help = "worked out"},
    {"name", DK_TEXT, AT(name), .text = "none", .help = "a name"},
    {"steps", DK_INTS, AT(steps), .min = 0, .max = 1000, .help = "where the rate falls"},
    {"scales", DK_FLOATS, AT(scales), .text = ".1, 0.5", .help = "how far it falls"},
    {"track", DK_IGNORED, 0, .help = "of another program"},
    {0},
};
#undef AT
static const dk_opt other_opts[] = {
    {"size", DK_INT, offsetof(other, size), .def = 5, .help = "the same key elsewhere"},
    {"extra", DK_INT, offsetof(other, extra), .def = 6, .help = "more"},
    {0},
};

/* The cfg stays open until the test ends: messages and texts outlive the call. */
static dk_cfg *cfg;

static void close_cfg(void) {
    dk_cfg_close(cfg);
    cfg = NULL;
}

TestSuite(cfg_option, .fini = close_cfg);

static dk_status read_lines(const char *lines, conf *c, other *o, dk_error *err) {
    char text[512];
    close_cfg();
    snprintf(text, sizeof text, "[net]\n[thing]\n%s\n", lines);
    cr_assert_eq(dk_cfg_parse(&cfg, text, strlen(text), "x.cfg", DK_CFG_SECTIONS, err), DK_OK, "%s",
                 err->text);
    const dk_opt_table tables[] = {{opts, c}, {other_opts, o}};
    return dk_opt_read(&cfg->sections[1], tables, 2, cfg->arena, err);
}

static void refuse(const char *lines, const char *want) {
    conf c;
    other o;
    dk_error err = {0};
    cr_assert_eq(read_lines(lines, &c, &o, &err), DK_EPARSE, "%s", lines);
    cr_assert_str_eq(err.text, want);
}

Test(cfg_option, defaults) {
    conf c;
    other o;
    dk_error err = {0};
    memset(&c, 0xA5, sizeof c);
    cr_assert_eq(read_lines("", &c, &o, &err), DK_OK, "%s", err.text);
    cr_assert_eq(c.size, (int)DK_AUTO);
    cr_assert_eq(c.pad, 1);
    cr_assert_eq(c.mode, 2);
    cr_assert_eq(c.free, -3);
    cr_assert_eq(c.rate, 0.1f);
    cr_assert_eq(c.automatic, (float)DK_AUTO);
    cr_assert_str_eq(c.name, "none");
    cr_assert(c.steps.count == 0 && c.steps.v == NULL);
    cr_assert(c.scales.count == 2 && c.scales.v[0] == 0.1f && c.scales.v[1] == 0.5f);
    cr_assert(o.size == 5 && o.extra == 6);
}

Test(cfg_option, values) {
    conf c;
    other o;
    dk_error err = {0};
    cr_assert_eq(
        read_lines("size=64\npad=0\nmode=steps\nfree=-2147483647\nrate=1\nautomatic=-2.5e3\nname=a b\n"
                   "steps=1, 2,3 \nscales=7\ntrack=whatever 3x\nextra=9",
                   &c, &o, &err),
        DK_OK, "%s", err.text);
    cr_assert_eq(c.size, 64);
    cr_assert_eq(o.size, 64, "a key goes to every table that has it");
    cr_assert_eq(o.extra, 9);
    cr_assert_eq(c.pad, 0);
    cr_assert_eq(c.mode, 1);
    cr_assert_eq(c.free, -INT_MAX);
    cr_assert_eq(c.rate, 1.0f);
    cr_assert_eq(c.automatic, -2500.0f);
    cr_assert_str_eq(c.name, "a b");
    cr_assert(c.steps.count == 3 && c.steps.v[0] == 1 && c.steps.v[1] == 2 && c.steps.v[2] == 3);
    cr_assert(c.scales.count == 1 && c.scales.v[0] == 7.0f);
}

Test(cfg_option, unknown_keys) {
    refuse("sise=3", "x.cfg:3: [thing] has no key 'sise'; did you mean 'size'?");
    refuse("\nextr=3", "x.cfg:4: [thing] has no key 'extr'; did you mean 'extra'?");
    refuse("colour=3", "x.cfg:3: [thing] has no key 'colour'; 'darknet help thing' lists its keys");
}

Test(cfg_option, ranges) {
    refuse("size=0", "x.cfg:3: [thing] size=0 is out of range 1..64 (side of the window)");
    refuse("size=65", "x.cfg:3: [thing] size=65 is out of range 1..64 (side of the window)");
    refuse("size=-2147483648",
           "x.cfg:3: [thing] size=-2147483648 is out of range 1..64 (side of the window)");
    refuse("free=-2147483648",
           "x.cfg:3: [thing] free=-2147483648 is out of range -2147483647..2147483647 (any number)");
    refuse("free=99999999999999999999",
           "x.cfg:3: [thing] free=99999999999999999999 is out of range -2147483647..2147483647 (any number)");
    refuse("rate=1.5", "x.cfg:3: [thing] rate=1.5 is out of range 0..1 (learning rate)");
    refuse("rate=-0.1", "x.cfg:3: [thing] rate=-0.1 is out of range 0..1 (learning rate)");
    refuse("automatic=1e39",
           "x.cfg:3: [thing] automatic=1e39 is out of range -3.402823466e+38..3.402823466e+38 (worked out)");
    refuse("steps=3,1001",
           "x.cfg:3: [thing] steps=3,1001: '1001' is out of range 0..1000 (where the rate falls)");
}

Test(cfg_option, what_is_no_value) {
    refuse("size=abc", "x.cfg:3: [thing] size=abc is not a whole number (side of the window)");
    refuse("size=3x", "x.cfg:3: [thing] size=3x is not a whole number (side of the window)");
    refuse("size=1e1", "x.cfg:3: [thing] size=1e1 is not a whole number (side of the window)");
    refuse("size=", "x.cfg:3: [thing] size= is empty; it wants a whole number (side of the window)");
    refuse("size=3# three", "x.cfg:3: [thing] size=3# three is not a whole number (side of the window); a "
                            "comment behind a value begins with a blank and '#'");
    refuse("size=3 ; three", "x.cfg:3: [thing] size=3 ; three is not a whole number (side of the window); a "
                             "comment behind a value begins with a blank and '#'");
    refuse("size= # three", "x.cfg:3: [thing] size= is empty; it wants a whole number (side of the window)");
    refuse("rate=fast", "x.cfg:3: [thing] rate=fast is not a number (learning rate)");
    refuse("rate=nan", "x.cfg:3: [thing] rate=nan is not a number (learning rate)");
    refuse("pad=2", "x.cfg:3: [thing] pad=2 is neither 0 nor 1 (border)");
    refuse("pad=yes", "x.cfg:3: [thing] pad=yes is neither 0 nor 1 (border)");
    refuse("mode=stepz",
           "x.cfg:3: [thing] mode=stepz is none of constant, steps, poly; did you mean 'steps'?");
    refuse("mode=zzz", "x.cfg:3: [thing] mode=zzz is none of constant, steps, poly");
}

Test(cfg_option, lists) {
    refuse("steps=1,,3",
           "x.cfg:3: [thing] steps=1,,3: '' is empty; it wants a whole number (where the rate falls)");
    refuse("steps=1,2,",
           "x.cfg:3: [thing] steps=1,2,: '' is empty; it wants a whole number (where the rate falls)");
    refuse("steps=", "x.cfg:3: [thing] steps= is empty; it wants a whole number (where the rate falls)");
    refuse("steps=1 2", "x.cfg:3: [thing] steps=1 2 is not a whole number (where the rate falls)");
    refuse("scales=.1,x", "x.cfg:3: [thing] scales=.1,x: 'x' is not a number (how far it falls)");
}

Test(cfg_option, a_key_that_must_be_there) {
    static const dk_opt wanted[] = {{"train", DK_TEXT, 0, .required = true, .help = "list or folder"}, {0}};
    static const char text[] = "classes=7\n";
    dk_error err = {0};
    const char *train;
    const dk_opt_table tables[] = {
        {wanted, &train}, {(const dk_opt[]){{"classes", DK_IGNORED, .help = "how many"}, {0}}, &train}};
    cr_assert_eq(dk_cfg_parse(&cfg, text, sizeof text - 1, "x.data", DK_CFG_FLAT, &err), DK_OK);
    cr_assert_eq(dk_opt_read(&cfg->sections[0], tables, 2, cfg->arena, &err), DK_EPARSE);
    cr_assert_str_eq(err.text, "x.data: [data] needs 'train' (list or folder)");
    cr_assert_eq(dk_cfg_set(cfg, "train", "my list", &err), DK_OK);
    cr_assert_eq(dk_opt_read(&cfg->sections[0], tables, 2, cfg->arena, &err), DK_OK);
    cr_assert_str_eq(train, "my list");
}

Test(cfg_option, a_key_of_the_command_line) {
    conf c;
    other o;
    dk_error err = {0};
    const dk_opt_table tables[] = {{opts, &c}, {other_opts, &o}};
    cr_assert_eq(dk_cfg_parse(&cfg, "[net]\nsize=3", 12, "x.cfg", DK_CFG_SECTIONS, &err), DK_OK);
    cr_assert_eq(dk_cfg_set(cfg, "size", "0", &err), DK_OK);
    cr_assert_eq(dk_opt_read(&cfg->sections[0], tables, 2, cfg->arena, &err), DK_EPARSE);
    cr_assert_str_eq(err.text, "-set net.size=0: [net] size=0 is out of range 1..64 (side of the window)");
}

/* Values and the list for "did you mean" come from the arena. */
Test(cfg_option, every_failed_allocation_is_an_error) {
    static const char *const texts[] = {"[net]\nname=x\nsteps=1,2\nscales=3", "[net]\nsteps=1\nsise=2"};
    static const dk_status ends[] = {DK_OK, DK_EPARSE};
    static const int least[] = {7, 5};
    for (int t = 0; t < 2; t++) {
        dk_error err = {0};
        close_cfg();
        cr_assert_eq(dk_cfg_parse(&cfg, texts[t], strlen(texts[t]), "x.cfg", DK_CFG_SECTIONS, &err), DK_OK);
        conf c;
        const dk_opt_table table = {opts, &c};
        int n = 0;
        dk_status status;
        do {
            dk_arena *const arena = dk_arena_open();
            dk_arena_fail_at(arena, ++n);
            status = dk_opt_read(&cfg->sections[0], &table, 1, arena, &err);
            dk_arena_close(arena);
        } while (status == DK_ENOMEM && n < 100);
        cr_assert_eq(status, ends[t]);
        cr_assert_gt(n, least[t], "the walk saw only %d allocations", n - 1);
    }
}

Test(cfg_option, help_has_a_line_per_key) {
    dk_buffer b = {0};
    dk_opt_help(opts, &b, false);
    cr_assert_not_null(strstr(b.text, "    rate=0.1                0..1            learning rate\n"), "%s",
                       b.text);
    cr_assert_not_null(strstr(b.text, "    pad=1                   0 or 1          border\n"), "%s", b.text);
    cr_assert_not_null(strstr(b.text, "    size=                   1..64           side of the window\n"),
                       "%s", b.text);
    cr_assert_not_null(strstr(b.text, "    mode=poly               constant|steps|poly  policy\n"), "%s",
                       b.text);
    b.size = 0;
    dk_opt_help(opts, &b, true);
    cr_assert_not_null(strstr(b.text, "| `rate` | 0.1 | 0..1 | learning rate |\n"), "%s", b.text);
    cr_assert_not_null(strstr(b.text, "| `steps` |  | 0..1000, ... | where the rate falls |\n"), "%s",
                       b.text);
    cr_assert_not_null(strstr(b.text, "| `track` |  | no effect | of another program |\n"), "%s", b.text);
    dk_buffer_free(&b);
}
