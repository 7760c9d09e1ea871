/* Any bytes as a cfg, as a .data file and as the value of every kind of option: never a crash, a leak or a
 * failure without a text. The same input always ends the same way. */
#include <stdlib.h>
#include <string.h>

#include "cfg/option.h"
#include "fuzz/fuzz.h"

typedef struct {
    int size, pad, mode;
    float rate;
    const char *name;
    dk_ints steps;
    dk_floats scales;
} conf;

static const char *const modes[] = {"constant", "steps", "poly", NULL};

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"size", DK_INT, AT(size), .def = DK_AUTO, .min = 1, .max = 64, .help = "bounded"},
    {"batch", DK_INT, AT(size), .def = 1, .help = "unbounded"},
    {"pad", DK_BOOL, AT(pad), .help = "yes or no"},
    {"mode", DK_CHOICE, AT(mode), .names = modes, .help = "one of some"},
    {"rate", DK_FLOAT, AT(rate), .def = 0.1, .help = "a number"},
    {"name", DK_TEXT, AT(name), .text = "none", .help = "a text"},
    {"steps", DK_INTS, AT(steps), .min = -9, .max = 1e6, .help = "whole numbers"},
    {"scales", DK_FLOATS, AT(scales), .text = ".1, 0.5", .help = "numbers"},
    {"track", DK_IGNORED, 0, .help = "no effect"},
    {0},
};

static void read_as(const char *text, size_t size, dk_cfg_form form) {
    dk_cfg *cfg = NULL;
    dk_error err = {0};
    const dk_status status = dk_cfg_parse(&cfg, text, size, "fuzz.cfg", form, &err);
    fuzz_check(status, &err);
    if (status != DK_OK) {
        return;
    }
    for (int i = 0; i < cfg->count; i++) {
        conf c;
        const dk_opt_table table = {opts, &c};
        fuzz_check(dk_opt_read(&cfg->sections[i], &table, 1, cfg->arena, &err), &err);
    }
    fuzz_check(dk_cfg_set(cfg, "size", "3", &err), &err);
    fuzz_check(dk_cfg_set(cfg, "another", "3", &err), &err);
    const char *const set = dk_section_get(&cfg->sections[0], "another");
    if (set == NULL || strcmp(set, "3") != 0) {
        abort();
    }
    dk_cfg_close(cfg);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    char *const text = fuzz_copy(bytes, size, 'x'); /* what is behind the end must not matter */
    read_as(text, size, DK_CFG_SECTIONS);
    read_as(text, size, DK_CFG_FLAT);
    free(text);
    return 0;
}
