/* docs/cfg.md, from the option tables. */
#include "app/help.h"
#include "data/dataset.h"
#include "layer/layer.h"
#include "run/task.h"

static const dk_help_table net[] = {
    {"the network", dk_net_opts},
    {"what its input is", dk_input_opts},
    {"augmentation (training only)", dk_augment_opts},
    {"learning", dk_solver_opts},
    {"the training run", dk_train_opts},
};

/* Behind the tables of all nets those of tasks that have keys of their own. */
dk_help_table dk_help_net(int i) {
    const int rows = sizeof net / sizeof *net;
    if (i < rows) {
        return net[i];
    }
    for (const dk_task *const *t = dk_tasks; *t != NULL; t++) {
        if ((*t)->opts->key != NULL && i-- == rows) {
            return (dk_help_table){(*t)->name, (*t)->opts};
        }
    }
    return (dk_help_table){0};
}

static void table(const dk_opt *opts, dk_buffer *out) {
    dk_buffer_add(out, "\n| key | default | range | meaning |\n|---|---|---|---|\n");
    dk_opt_help(opts, out, true);
}

static void layer(const dk_layer_type *t, dk_buffer *out) {
    dk_buffer_add(out, "\n## [%s]\n\n%s.", t->name, t->help);
    if (t->alias) {
        dk_buffer_add(out, " Also written `[%s]`.", t->alias);
    }
    dk_buffer_add(out, "\n");
    if (t->opts && t->opts[0].key) {
        table(t->opts, out);
    }
    if (t->example) {
        dk_buffer_add(out, "\n```\n%s```\n", t->example);
    }
}

void dk_help_markdown(dk_buffer *out) {
    dk_buffer_add(out,
                  "# Keys of .cfg and .data files\n\nMade by `make docs` from the option tables in the code; "
                  "`darknet help LAYER` says the same.\nA key that is not here, given twice, or out of range "
                  "is an error. Comments begin with # or ; at the start of a line, with a blank and # behind "
                  "a value.\n\n"
                  "## [net]\n");
    dk_help_table net_table;
    for (int i = 0; (net_table = dk_help_net(i)).opts != NULL; i++) {
        dk_buffer_add(out, "\n### [net]: %s\n", net_table.about);
        table(net_table.opts, out);
    }
    dk_buffer_add(out, "\n## Every layer\n");
    table(dk_layer_common_opts, out);
    for (const dk_layer_type *const *t = dk_layer_types; *t; t++) {
        layer(*t, out);
    }
    dk_buffer_add(out, "\n## .data files\n");
    table(dk_data_opts, out);
}
