/* Any bytes as an ONNX model, for a network that a saved input fits and for one of the cfg that is written for it: never a
 * crash, a failure always has a text of one line, what is matched can be filled or refused, and what is written as a cfg
 * can be read as one. */
#include <stdlib.h>
#include <string.h>

#include "convert/import.h"
#include "convert/onnx_graph.h"
#include "convert/write_cfg.h"
#include "fuzz/fuzz.h"
#include "support/text_net.h"

static const char text[] =
    "[net]\nheight=9\nwidth=7\nchannels=3\n"
    "[conv]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\npad=same\nactivation=relu6\n"
    "[conv]\nfilters=4\ngroups=4\nsize=3\npad=1\nactivation=swish\n[shortcut]\nfrom=-2\n"
    "[maxpool]\nsize=2\nstride=2\n[connected]\noutput=5\nactivation=linear\n[softmax]\n";

enum { MEMORY = 32 << 20 };

static void fill(dk_net *net, const dk_graph *graph) {
    dk_error err = {0};
    dk_import import;
    dk_status status = dk_import_match(&import, net, graph, &err);
    fuzz_check(status, &err);
    if (status == DK_OK) {
        fuzz_check(dk_import_fill(&import, net, graph, &err), &err);
    }
}

/* A network of the cfg; one that is too large for here is an error like others. */
static void build(const dk_buffer *cfg, const dk_graph *graph, dk_backend *be) {
    dk_error err = {0};
    dk_cfg *read = NULL;
    dk_net *net = NULL;
    dk_net_conf conf = {0};
    const dk_opt_table table = {dk_net_opts, &conf};
    dk_status status = dk_cfg_parse(&read, cfg->text, cfg->size, "made.cfg", DK_CFG_SECTIONS, &err);
    if (status != DK_OK) {
        abort();
    }
    status = dk_opt_read(&read->sections[0], &table, 1, read->arena, &err);
    if (status == DK_OK) {
        const dk_net_build_options options = {.n = 1, .max_memory = MEMORY, .blank = true};
        status = dk_net_build(&net, read, &conf, be, &options, &err);
    }
    fuzz_check(status, &err);
    if (status == DK_OK) {
        fill(net, graph);
    }
    dk_net_free(net);
    dk_cfg_close(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dk_onnx *model = NULL;
    dk_graph *graph = NULL;
    dk_buffer cfg = {0};
    dk_error err = {0};
    dk_status status = dk_onnx_parse(&model, bytes, size, "fuzz.onnx", &err);
    fuzz_check(status, &err);
    if (status == DK_OK) {
        status = dk_onnx_graph(&graph, model, &err);
        fuzz_check(status, &err);
    }
    if (status == DK_OK) {
        text_net whole;
        text_net_open(&whole, text, "ref", &(dk_net_build_options){.n = 1});
        fill(whole.net, graph);
        status = dk_graph_write_cfg(graph, &cfg, &err);
        fuzz_check(status, &err);
        if (status == DK_OK) {
            build(&cfg, graph, whole.be);
        }
        text_net_close(&whole);
    }
    dk_buffer_free(&cfg);
    dk_onnx_close(model);
    return 0;
}
