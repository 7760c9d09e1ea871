/* Any bytes as a TensorFlow-Lite model, for a network that the saved inputs fit: never a crash, a failure always has a
 * text of one line, and what is matched can be filled or refused. */

#include "convert/import.h"
#include "convert/tflite_graph.h"
#include "fuzz/fuzz.h"
#include "support/text_net.h"

/* That of tests/support/toy_tflite.c, without its classifier. */
static const char text[] =
    "[net]\nheight=9\nwidth=7\nchannels=3\n"
    "[conv]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\npad=same\nactivation=relu6\n"
    "[conv]\nbatch_normalize=1\nfilters=4\ngroups=4\nsize=3\npad=same\nactivation=relu6\n"
    "[conv]\nfilters=4\nactivation=linear\n[shortcut]\nfrom=-3\n"
    "[conv]\nfilters=6\nsize=3\nstride=2\npad=same\nactivation=relu6\n[avgpool]\n"
    "[connected]\noutput=5\nactivation=linear\n[softmax]\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    dk_tflite *model = NULL;
    dk_error err = {0};
    dk_status status = dk_tflite_parse(&model, bytes, size, "fuzz.tflite", &err);
    fuzz_check(status, &err);
    dk_graph *graph = NULL;
    if (status == DK_OK) {
        status = dk_tflite_graph(&graph, model, &err);
        fuzz_check(status, &err);
    }
    if (status == DK_OK) {
        dk_import import;
        text_net whole;
        text_net_open(&whole, text, "ref", &(dk_net_build_options){.n = 1});
        status = dk_import_match(&import, whole.net, graph, &err);
        fuzz_check(status, &err);
        if (status == DK_OK) {
            fuzz_check(dk_import_fill(&import, whole.net, graph, &err), &err);
        }
        text_net_close(&whole);
    }
    dk_tflite_close(model);
    return 0;
}
