/* Fresh values: what [connected]'s `init` makes of them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "support/spans.h"
#include "support/text_net.h"

/* The largest weight. */
static double largest(const char *init) {
    char text[128];
    text_net n;
    double most = 0;
    snprintf(text, sizeof text, "[net]\ninputs=50\n[connected]\noutput=8\n%s", init);
    text_net_open(&n, text, "ref", &(dk_net_build_options){.seed = 5});
    const float *const weights = span_copy(n.be, n.net->layers[0].w.weights, 400);
    for (int i = 0; i < 400; i++) {
        most = fmax(most, fabs((double)weights[i]));
    }
    text_net_close(&n);
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
