/* Help on commands, layers and keys, and the version. */
#include "app/help.h"

#include <stdio.h>
#include <string.h>

#include "app/complete.h"
#include "app/habits.h"
#include "app/say.h"
#include "backend/backend.h"
#include "data/dataset.h"
#include "layer/layer.h"

static void about_commands(dk_buffer *out) {
    dk_buffer_add(out, "darknet %s: trains image classifiers and asks them.\n\n", dk_version());
    for (const dk_command *c = dk_commands; c->action; c++) {
        char name[64];
        dk_command_name(c, name);
        dk_buffer_add(out, "  %s%s%s\n      %s\n", name, c->action->args[0] ? " " : "", c->action->args,
                      c->action->help);
    }
    dk_buffer_add(
        out, "\nhelp COMMAND    its arguments and flags, as in `darknet help classifier train`\n"
             "help LAYER      the keys of a section of a cfg; `help layers` lists them\n"
             "help net        the keys of [net], which say how to train\n"
             "help data       the keys of a .data file\n"
             "help darknet    what becomes of the commands and flags of other Darknets\n\n"
             "Files below cfg/, data/ and weights/ are looked for here, then where darknet is installed.\n"
             "Exit codes: 0 done, 1 an error, 2 a wrong command line, 130 stopped by Ctrl-C.\n");
}

static void about_command(const dk_command *c, dk_buffer *out) {
    dk_command_usage(c, out);
    dk_buffer_add(out, "\n\n%s\n%s", c->action->help, c->action->more ? c->action->more : "");
    if (c->action->flags) {
        dk_buffer_add(out, "\n");
        dk_flags_help(c->action->flags, out);
    }
}

static void about_layers(dk_buffer *out) {
    for (const dk_layer_type *const *t = dk_layer_types; *t; t++) {
        dk_buffer_add(out, "  [%s]%*s %s\n", (*t)->name, (int)(24 - strlen((*t)->name)), "", (*t)->help);
    }
}

static void about_layer(const dk_layer_type *t, dk_buffer *out) {
    dk_buffer_add(out, "[%s]", t->name);
    if (t->alias) {
        dk_buffer_add(out, " or [%s]", t->alias);
    }
    dk_buffer_add(out, ": %s\n", t->help);
    if (t->opts) {
        dk_opt_help(t->opts, out, false);
    }
    dk_buffer_add(out, "  every layer:\n");
    dk_opt_help(dk_layer_common_opts, out, false);
}

static void about_net(dk_buffer *out) {
    dk_help_table t;
    for (int i = 0; (t = dk_help_net(i)).opts != NULL; i++) {
        dk_buffer_add(out, "%s[net]: %s\n", i == 0 ? "" : "\n", t.about);
        dk_opt_help(t.opts, out, false);
    }
}

/* Commands whose group or name is the first word, and whose name is the second (when there is one). */
static bool about_matching(const char *const *words, int count, dk_buffer *out) {
    int found = 0;
    for (const dk_command *c = dk_commands; c->action; c++) {
        const bool group = c->group && strcmp(c->group, words[0]) == 0;
        const char *name = group && count > 1 ? words[1] : words[0];
        if ((group && count == 1) || strcmp(c->action->name, name) == 0) {
            dk_buffer_add(out, "%s", found++ > 0 ? "\n" : "");
            about_command(c, out);
        }
    }
    return found > 0;
}

static dk_status no_topic(const char *const *words, int count, dk_error *err) {
    const dk_command *command = NULL;
    int used = 0;
    if (count > 1) { /* two words can only be a command: its look-up says what was probably meant */
        DK_TRY(dk_command_find(&command, words, count, &used, err));
    }
    const char *const word = words[count - 1], *near = dk_text_closest(word, dk_layer_names());
    if (near) {
        return dk_fail(err, DK_EUSAGE, "no help on '%s'; did you mean '%s'?", word, near);
    }
    return dk_fail(err, DK_EUSAGE, "no help on '%s'; `darknet help` lists commands, `help layers` the layers",
                   word);
}

static dk_status find_topic(const char *const *words, int count, dk_buffer *out, dk_error *err) {
    const dk_layer_type *type = count > 0 ? dk_layer_find(words[0]) : NULL;
    if (count == 0) {
        about_commands(out);
    } else if (strcmp(words[0], "net") == 0) {
        about_net(out);
    } else if (strcmp(words[0], "data") == 0) {
        dk_buffer_add(out, "keys of a .data file\n");
        dk_opt_help(dk_data_opts, out, false);
    } else if (strcmp(words[0], "layers") == 0) {
        about_layers(out);
    } else if (strcmp(words[0], "darknet") == 0) {
        dk_habits_help(out, false);
    } else if (type) {
        about_layer(type, out);
    } else if (!about_matching(words, count, out)) {
        return no_topic(words, count, err);
    }
    return DK_OK;
}

static dk_status print(dk_buffer *out, dk_error *err) {
    const bool failed = out->failed;
    if (!failed) {
        fputs(out->text, stdout);
    }
    dk_buffer_free(out);
    return failed ? dk_no_memory(err, 1, "the help text") : DK_OK;
}

dk_status dk_help_print(const char *const *words, int count, dk_error *err) {
    dk_buffer out = {0};
    const dk_status status = find_topic(words, count, &out, err);
    if (status != DK_OK) {
        dk_buffer_free(&out);
        return status;
    }
    return print(&out, err);
}

typedef struct {
    int markdown, man;
    const char *complete;
} flags;

static const dk_flag own[] = {
    {"markdown", DK_FLAG_SWITCH, offsetof(flags, markdown),
     .help = "every option table as Markdown (docs/cfg.md); with `darknet`, that topic"},
    {"man", DK_FLAG_SWITCH, offsetof(flags, man),
     .help = "commands and flags as sections of a man page (docs/darknet.1)"},
    {"complete", DK_FLAG_WORD, offsetof(flags, complete), .words = dk_complete_shells,
     .help = "a script that completes lines in that shell; `make install` installs both"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own}, {0}};

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    dk_buffer out = {0};
    if (f->complete) {
        dk_complete(f->complete, &out);
    } else if (f->man) {
        dk_help_man(&out);
    } else if (!f->markdown) {
        return dk_help_print(call->args, call->count, err);
    } else if (call->count > 0 && strcmp(call->args[0], "darknet") == 0) {
        dk_habits_help(&out, true);
    } else {
        dk_help_markdown(&out);
    }
    return print(&out, err);
}

const dk_action dk_action_help = {
    .name = "help",
    .args = "[COMMAND | LAYER | net | data | layers | darknet]",
    .help = "what there is, and what it takes",
    .max = 2,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};

/* The devices of each engine that can choose, or why there are none where somebody would look for them. */
static void say_devices(void) {
    enum { ROOM = 16 };
    for (const dk_engine *const *e = dk_engines; *e != NULL; e++) {
        dk_device list[ROOM];
        dk_error why = {.status = DK_OK};
        int count = 0;
        if ((*e)->devices == NULL) {
            continue;
        }
        if ((*e)->devices(list, ROOM, &count, &why) == DK_OK) {
            for (int i = 0; i < count && i < ROOM; i++) {
                dk_say("%s:%d: %s, %.1f GB, driver for %s\n", (*e)->name, i, list[i].name,
                       (double)list[i].memory / (1 << 30), list[i].driver);
            }
        } else if ((*e)->likely != NULL && (*e)->likely()) {
            dk_say("%s\n", why.text);
        }
    }
}

static dk_status run_version(const dk_call *call, dk_error *err) {
    (void)call;
    dk_isa isa = DK_ISA_BASE;
    bool capped = false;
    DK_TRY(dk_isa_pick(&isa, &capped, err));
    dk_say("darknet %s\nengines:", dk_version());
    for (const char *const *name = dk_backends(); *name; name++) {
        dk_say(" %s", *name);
    }
    const dk_isa most = dk_engines_isa();
    dk_say("\ninstructions: %s, of", dk_isa_name(isa < most ? isa : most));
    for (int i = 0; i <= (int)dk_cpu_isa() && i <= (int)most; i++) {
        dk_say(" %s", dk_isa_name((dk_isa)i));
    }
    dk_say("\n");
    say_devices();
    return DK_OK;
}

const dk_action dk_action_version = {
    .name = "version",
    .args = "",
    .help = "version, engines, the instructions that they use (DARKNET_ISA=avx2 caps them), and cards",
    .run = run_version,
};
