/* Any bytes as a .weights file of a small network that has every kind of parameter: never a crash, a failure has a text and
 * changes nothing, and what is loaded is numbers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "net/weights.h"
#include "support/text_net.h"

static const char text[] = "[net]\nheight=2\nwidth=2\nchannels=1\n"
                           "[conv]\nbatch_normalize=1\nfilters=2\nsize=1\nactivation=relu\n[batchnorm]\n"
                           "[connected]\noutput=3\nbatch_normalize=1\nactivation=linear\n[softmax]\n";
enum { MOST = 512 };

static dk_net *build(void) {
    text_net whole;
    text_net_open(&whole, text, "ref", &(dk_net_build_options){.n = 1});
    if (whole.net->params->count > MOST) {
        abort();
    }
    return whole.net;
}

static void load(dk_net *net, dk_status (*with)(dk_net *, const char *, dk_weights_info *, dk_error *)) {
    float before[MOST];
    dk_weights_info info = {0};
    dk_error err = {0};
    const float *const values = net->params->values;
    const size_t bytes = net->params->count * sizeof *values;
    memcpy(before, values, bytes);
    const dk_status status = with(net, "fuzz.weights", &info, &err);
    fuzz_check(status, &err);
    if (status != DK_OK && memcmp(before, values, bytes) != 0) {
        abort();
    }
    for (size_t i = 0; i < net->params->count; i++) {
        if (!isfinite(values[i])) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static dk_net *net;
    if (fuzz_enter()) {
        net = build();
    }
    fuzz_write("fuzz.weights", bytes, size);
    load(net, dk_weights_load);
    load(net, dk_weights_load_features);
    return 0;
}
