/* Fresh values: what [connected]'s `init` makes of them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net/net.h"

static dk_cfg *cfg;
static dk_backend *be;

static dk_net *open_net(const char *init) {
    char text[128];
    dk_net *net = NULL;
    dk_error err = {0};
    const dk_net_conf conf = {.batch = 1, .subdivisions = 1, .inputs = 50};
    const dk_net_build_options options = {.seed = 5};
    snprintf(text, sizeof text, "[net]\ninputs=50\n[connected]\noutput=8\n%s", init);
    cr_assert_eq(dk_cfg_parse(&cfg, text, strlen(text), "test.cfg", DK_CFG_SECTIONS, &err), DK_OK, "%s",
                 err.text);
    cr_assert_eq(dk_backend_open(&be, "ref", 1, NULL), DK_OK);
    cr_assert_eq(dk_net_build(&net, cfg, &conf, be, &options, &err), DK_OK, "%s", err.text);
    return net;
}

static void close_net(dk_net *net) {
    dk_net_free(net);
    dk_backend_close(be);
    dk_cfg_close(cfg);
}

/* The largest weight. */
static double largest(const char *init) {
    dk_net *net = open_net(init);
    double most = 0;
    for (int i = 0; i < 400; i++) {
        most = fmax(most, fabs((double)net->layers[0].w.weights[i]));
    }
    close_net(net);
    return most;
}

TestSuite(net_init);

Test(net_init, weights_of_a_connected_layer_are_multiplied) {
    const double plain = largest("");
    cr_expect(plain > .19 && plain <= .2, "%g", plain); /* sqrt(2 / 50) is .2 */
    cr_expect_float_eq(largest("init=1\n"), plain, 0);
    cr_expect_float_eq(largest("init=.5\n"), plain / 2, 1e-7);
    cr_expect_float_eq(largest("init=0\n"), 0, 0);
}
