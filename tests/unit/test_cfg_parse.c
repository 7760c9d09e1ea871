/* The reader of cfg text: what it understands, where it says a fault is, and what no memory does to it. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cfg/cfg.h"

static dk_cfg *parse(const char *text, dk_cfg_form form) {
    dk_cfg *cfg = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_cfg_parse(&cfg, text, strlen(text), "x.cfg", form, &err), DK_OK, "%s", err.text);
    return cfg;
}

static void expect(const char *text, size_t size, dk_cfg_form form, const char *want) {
    dk_cfg *cfg = (dk_cfg *)1;
    dk_error err = {0};
    cr_assert_eq(dk_cfg_parse(&cfg, text, size, "x.cfg", form, &err), DK_EPARSE, "%s", text);
    cr_assert_null(cfg);
    cr_assert_str_eq(err.text, want);
}

static void refuse(const char *text, const char *want) {
    expect(text, strlen(text), DK_CFG_SECTIONS, want);
}

Test(cfg_parse, sections_pairs_and_lines) {
    dk_cfg *const cfg =
        parse("# top\n[network]\n batch = 4\n\n; old\nname= a b # c \n[ maxpool ]\nsize=2\n[avgpool]",
              DK_CFG_SECTIONS);
    cr_assert_eq(cfg->count, 3);
    cr_assert_str_eq(cfg->path, "x.cfg");
    const dk_section *const net = &cfg->sections[0], *const pool = &cfg->sections[1];
    cr_assert_str_eq(net->name, "net", "[network] is read as [net]");
    cr_assert_eq(net->line, 2);
    cr_assert_eq(net->count, 2);
    cr_assert_str_eq(net->pairs[0].key, "batch");
    cr_assert_str_eq(net->pairs[0].value, "4");
    cr_assert_eq(net->pairs[0].line, 3);
    cr_assert_str_eq(dk_section_get(net, "name"), "a b", "inner spaces stay");
    cr_assert_null(dk_section_get(net, "size"));
    cr_assert_str_eq(pool->name, "maxpool");
    cr_assert_eq(pool->line, 7);
    cr_assert_str_eq(dk_section_get(pool, "size"), "2");
    cr_assert_eq(cfg->sections[2].count, 0);
    dk_cfg_close(cfg);
    dk_cfg_close(NULL);
}

Test(cfg_parse, comments_behind_values_and_sections) {
    dk_cfg *const cfg =
        parse("[net] # first [one]\na=1 # one\nb=1\t#64\nc=400,500   # x # y = z\nd=#\ne=\t# none\n"
              "f=a#b.names\ng=a#b # c\nh=1 ; 2\n[avgpool]# global\n  [ softmax ]\t# end\r\n",
              DK_CFG_SECTIONS);
    static const char *const values[][2] = {{"a", "1"}, {"b", "1"},         {"c", "400,500"}, {"d", "#"},
                                            {"e", ""},  {"f", "a#b.names"}, {"g", "a#b"},     {"h", "1 ; 2"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        cr_expect_str_eq(dk_section_get(&cfg->sections[0], values[i][0]), values[i][1]);
    }
    cr_assert_eq(cfg->count, 3);
    cr_expect_str_eq(cfg->sections[1].name, "avgpool");
    cr_expect_str_eq(cfg->sections[2].name, "softmax");
    dk_cfg_close(cfg);
}

Test(cfg_parse, a_hash_is_part_of_a_path) {
    dk_cfg *const cfg = parse("train = my set #1.txt\nnames=a#b.names\n# c=d\n", DK_CFG_FLAT);
    cr_assert_eq(cfg->sections[0].count, 2);
    cr_expect_str_eq(dk_section_get(&cfg->sections[0], "train"), "my set #1.txt");
    cr_expect_str_eq(dk_section_get(&cfg->sections[0], "names"), "a#b.names");
    dk_cfg_close(cfg);
}

Test(cfg_parse, files_from_other_systems) {
    static const char *const texts[] = {"[net]\r\nbatch=4\r\nkey=\r\n", "\xEF\xBB\xBF[net]\nbatch=4\nkey=",
                                        "\t[net]\t\n\tbatch\t=\t4\t\nkey =\t"};
    for (int i = 0; i < 3; i++) {
        dk_cfg *const cfg = parse(texts[i], DK_CFG_SECTIONS);
        cr_assert_str_eq(cfg->sections[0].name, "net");
        cr_assert_str_eq(dk_section_get(&cfg->sections[0], "batch"), "4");
        cr_assert_str_eq(dk_section_get(&cfg->sections[0], "key"), "");
        dk_cfg_close(cfg);
    }
}

Test(cfg_parse, a_data_file_is_one_section) {
    dk_cfg *const cfg = parse("classes=7\ntrain = my dir/a=b\n", DK_CFG_FLAT);
    cr_assert_eq(cfg->count, 1);
    cr_assert_str_eq(cfg->sections[0].name, "data");
    cr_assert_str_eq(dk_section_get(&cfg->sections[0], "train"), "my dir/a=b");
    dk_cfg_close(cfg);
    dk_cfg *const empty = parse("", DK_CFG_FLAT);
    cr_assert_eq(empty->sections[0].count, 0);
    dk_cfg_close(empty);
    expect("classes=7\n[net]\n", 16, DK_CFG_FLAT,
           "x.cfg:2: '[net]' is a section; this file holds key=value lines only");
}

Test(cfg_parse, faults_are_named_with_their_line) {
    refuse("", "x.cfg: has no sections; a network begins with [net]");
    refuse("# nothing\n\n", "x.cfg: has no sections; a network begins with [net]");
    refuse("\nbatch=1\n[net]\n",
           "x.cfg:2: 'batch=1' stands before the first section; a network begins with [net]");
    refuse("[maxpool]\n", "x.cfg:1: the first section is [maxpool]; a network begins with [net]");
    refuse("[net]\nbatch 1\n", "x.cfg:2: 'batch 1' is no key=value, no [section] and no # comment");
    refuse("[net]\n = 16\n", "x.cfg:2: '=16' has no key before its '='");
    refuse("[net\n", "x.cfg:1: '[net' has no closing ']'");
    refuse("[net] main\n", "x.cfg:1: '[net] main' has text after ']'; a comment begins with a blank and '#'");
    refuse("[net] ; main\n",
           "x.cfg:1: '[net] ; main' has text after ']'; a comment begins with a blank and '#'");
    refuse("[net]\nbatch # =1\n", "x.cfg:2: 'batch' is no key=value, no [section] and no # comment");
    refuse("[]\n", "x.cfg:1: '[]' names no section; write [net], [convolutional], ...");
    refuse("[net]\na=1\nb=2\na=1\n", "x.cfg:4: [net] a is set twice; line 2 has it already");
}

Test(cfg_parse, a_key_may_return_in_the_next_section) {
    dk_cfg *const cfg = parse("[net]\na=1\n[net]\na=2\n[network]\n", DK_CFG_SECTIONS);
    cr_assert_str_eq(dk_section_get(&cfg->sections[1], "a"), "2");
    cr_assert_str_eq(cfg->sections[2].name, "network", "only the first is renamed");
    dk_cfg_close(cfg);
}

Test(cfg_parse, what_is_no_text) {
    expect("[net]\nbatch=\0001\n", 15, DK_CFG_SECTIONS, "x.cfg: is no text file: byte 0x00 at offset 12");
    refuse("[net]\n\033[2J", "x.cfg: is no text file: byte 0x1b at offset 6");
    refuse("\x7F"
           "ELF",
           "x.cfg: is no text file: byte 0x7f at offset 0");
    const size_t size = 2 << 20;
    char *const big = malloc(size);
    memset(big, '#', size);
    expect(big, size, DK_CFG_SECTIONS, "x.cfg: is larger than 1048576 bytes; is it a cfg?");
    free(big);
}

Test(cfg_parse, hostile_numbers_of_keys_end_early) {
    const size_t size = 1000000;
    char *const text = malloc(size);
    size_t n = (size_t)sprintf(text, "[net]\n");
    for (int i = 0; n + 16 < size; i++) {
        n += (size_t)sprintf(text + n, "k%d=\n", i);
    }
    expect(text, n, DK_CFG_SECTIONS, "x.cfg:514: [net] has more than 512 keys; is this a network?");
    free(text);
}

Test(cfg_parse, files_that_cannot_be_read) {
    dk_cfg *cfg = (dk_cfg *)1;
    dk_error err = {0};
    cr_assert_eq(dk_cfg_load(&cfg, "/no/such.cfg", DK_CFG_SECTIONS, &err), DK_EIO);
    cr_assert_str_eq(err.text, "cannot read '/no/such.cfg': No such file or directory");
    cr_assert_null(cfg);
    cr_assert_eq(dk_cfg_load(&cfg, "/tmp", DK_CFG_SECTIONS, &err), DK_EIO);
    cr_assert_str_eq(err.text, "cannot read '/tmp': it is a folder, not a file");
}

Test(cfg_parse, load_reads_what_parse_reads) {
    char path[] = "/tmp/dk_cfg_XXXXXX";
    const int fd = mkstemp(path);
    cr_assert_eq(write(fd, "[net]\nbatch=8\n", 14), 14);
    close(fd);
    dk_cfg *cfg = NULL;
    dk_error err = {0};
    cr_assert_eq(dk_cfg_load(&cfg, path, DK_CFG_SECTIONS, &err), DK_OK, "%s", err.text);
    cr_assert_str_eq(cfg->path, path);
    cr_assert_str_eq(dk_section_get(&cfg->sections[0], "batch"), "8");
    dk_cfg_close(cfg);
    unlink(path);
}

Test(cfg_parse, set_replaces_and_adds) {
    dk_cfg *const cfg = parse("[net]\na=1\n[maxpool]\nsize=2\n", DK_CFG_SECTIONS);
    const dk_section *const net = &cfg->sections[0];
    dk_error err = {0};
    cr_assert_eq(dk_cfg_set(cfg, "a", "5", &err), DK_OK);
    cr_assert_eq(dk_cfg_set(cfg, "b", "6", &err), DK_OK);
    cr_assert_eq(dk_cfg_set(cfg, "c", "x y", &err), DK_OK);
    cr_assert_eq(dk_cfg_set(cfg, "b", "7", &err), DK_OK);
    cr_assert_eq(net->count, 3);
    cr_assert_str_eq(dk_section_get(net, "a"), "5");
    cr_assert_str_eq(dk_section_get(net, "b"), "7");
    cr_assert_str_eq(dk_section_get(net, "c"), "x y");
    cr_assert_str_eq(dk_section_get(&cfg->sections[1], "size"), "2", "the next section is as it was");
    cr_assert_eq(dk_cfg_set(cfg, "", "7", &err), DK_EUSAGE);
    dk_arena_fail_at(cfg->arena, 1);
    cr_assert_eq(dk_cfg_set(cfg, "a", "9", &err), DK_ENOMEM);
    cr_assert_str_eq(dk_section_get(net, "a"), "5");
    cr_assert_eq(dk_cfg_set(cfg, "d", "8", &err), DK_ENOMEM);
    dk_arena_fail_at(cfg->arena, 3);
    cr_assert_eq(dk_cfg_set(cfg, "d", "8", &err), DK_ENOMEM);
    cr_assert_eq(net->count, 3);
    dk_cfg_close(cfg);
}

Test(cfg_parse, a_fault_found_later_names_the_place) {
    dk_cfg *const cfg = parse("[net]\na=1\n[maxpool]\n", DK_CFG_SECTIONS);
    const dk_section *const net = &cfg->sections[0];
    dk_error err = {0};
    cr_assert_eq(dk_section_fail(net, "a", &err, "is %d", 1), DK_EPARSE);
    cr_assert_str_eq(err.text, "x.cfg:2: [net] is 1");
    (void)dk_section_fail(net, "absent", &err, "needs it");
    cr_assert_str_eq(err.text, "x.cfg:1: [net] needs it");
    (void)dk_section_fail(&cfg->sections[1], NULL, &err, "is odd");
    cr_assert_str_eq(err.text, "x.cfg:3: [maxpool] is odd");
    cr_assert_eq(dk_cfg_set(cfg, "a", "0", &err), DK_OK);
    (void)dk_section_fail(net, "a", &err, "a=0 is bad");
    cr_assert_str_eq(err.text, "-set net.a=0: [net] a=0 is bad");
    dk_cfg_close(cfg);
    dk_cfg *const data = parse("classes=7\n", DK_CFG_FLAT);
    (void)dk_section_fail(&data->sections[0], NULL, &err, "needs 'train'");
    cr_assert_str_eq(err.text, "x.cfg: [data] needs 'train'");
    (void)dk_section_fail(&data->sections[0], "classes", &err, "is odd");
    cr_assert_str_eq(err.text, "x.cfg:1: [data] is odd");
    dk_cfg_close(data);
}

Test(cfg_parse, every_failed_allocation_is_an_error) {
    static const char text[] = "[net]\na=1\n[maxpool]\nsize=2\n";
    dk_status status = DK_ENOMEM;
    int n = 0;
    while (status == DK_ENOMEM && n < 100) {
        dk_arena *const arena = dk_arena_open();
        dk_arena_fail_at(arena, ++n);
        dk_cfg *cfg = (dk_cfg *)1;
        dk_error err = {0};
        status = dk_cfg_parse_in(&cfg, arena, text, sizeof text - 1, "x.cfg", DK_CFG_SECTIONS, &err);
        cr_assert_eq(status, err.status);
        cr_assert_eq(status == DK_OK, cfg != NULL);
        dk_cfg_close(cfg);
    }
    cr_assert_eq(status, DK_OK, "failed otherwise");
    cr_assert_gt(n, 4, "the walk saw too few allocations");
}
