#include "support/text_net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/augment.h"

static void must(dk_status status, const dk_error *err) {
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err->text);
        abort();
    }
}

void text_net_read(text_net *n, const char *text, const char *engine) {
    dk_error err = {0};
    *n = (text_net){0};
    dk_input_conf input; /* may be there, too */
    const dk_opt_table tables[] = {{dk_net_opts, &n->conf}, {dk_input_opts, &input}};
    must(dk_cfg_parse(&n->cfg, text, strlen(text), "test.cfg", DK_CFG_SECTIONS, &err), &err);
    must(dk_opt_read(&n->cfg->sections[0], tables, 2, n->cfg->arena, &err), &err);
    must(dk_backend_open(&n->be, engine, 1, &err), &err);
}

void text_net_build(text_net *n, const dk_net_build_options *options) {
    dk_error err = {0};
    must(dk_net_build(&n->net, n->cfg, &n->conf, n->be, options, &err), &err);
}

void text_net_open(text_net *n, const char *text, const char *engine, const dk_net_build_options *options) {
    text_net_read(n, text, engine);
    text_net_build(n, options);
}

void text_net_close(text_net *n) {
    dk_net_free(n->net);
    dk_backend_close(n->be);
    dk_cfg_close(n->cfg);
    *n = (text_net){0};
}
