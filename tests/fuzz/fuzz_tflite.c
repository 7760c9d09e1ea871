/* Any bytes as a TensorFlow-Lite model, for a network that the saved inputs fit: never a crash, a failure always has a
 * text of one line, and what is matched can be filled or refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "convert/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* That of tests/support/toy_tflite.c, without its classifier. */
static const char text[] =
    "[net]\nheight=9\nwidth=7\nchannels=3\n"
    "[conv]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\npad=same\nactivation=relu6\n"
    "[conv]\nbatch_normalize=1\nfilters=4\ngroups=4\nsize=3\npad=same\nactivation=relu6\n"
    "[conv]\nfilters=4\nactivation=linear\n[shortcut]\nfrom=-3\n"
    "[conv]\nfilters=6\nsize=3\nstride=2\npad=same\nactivation=relu6\n[avgpool]\n"
    "[connected]\noutput=5\nactivation=linear\n[softmax]\n";

static void check(dk_status status, const dk_error *err) {
    if (status != DK_OK && (err->status != status || err->text[0] == '\0' || strchr(err->text, '\n'))) {
        abort();
    }
}

static dk_net *build(void) {
    static dk_cfg *cfg;
    static dk_backend *be;
    dk_net *net = NULL;
    const dk_net_conf conf = {.batch = 1, .subdivisions = 1, .width = 7, .height = 9, .channels = 3};
    const dk_net_build_options options = {.n = 1};
    if ((!cfg && dk_cfg_parse(&cfg, text, strlen(text), "fuzz.cfg", DK_CFG_SECTIONS, NULL) != DK_OK) ||
        (!be && dk_backend_open(&be, "ref", 1, NULL) != DK_OK) ||
        dk_net_build(&net, cfg, &conf, be, &options, NULL) != DK_OK) {
        abort();
    }
    return net;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dk_tflite *model = NULL;
    dk_error err = {0};
    dk_status status = dk_tflite_parse(&model, bytes, size, "fuzz.tflite", &err);
    check(status, &err);
    if (status == DK_OK) {
        dk_import import;
        dk_net *net = build();
        dk_input_conf input;
        (void)dk_import_input(model, &input);
        status = dk_import_match(&import, net, model, &err);
        check(status, &err);
        if (status == DK_OK) {
            check(dk_import_fill(&import, net, model, &err), &err);
        }
        dk_net_free(net);
    }
    dk_tflite_close(model);
    return 0;
}
