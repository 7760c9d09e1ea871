/* A network from the text of a cfg, with all that it stands on. What fails ends the program with its message. */
#ifndef TESTS_SUPPORT_TEXT_NET_H
#define TESTS_SUPPORT_TEXT_NET_H

#include "net/net.h"

typedef struct {
    dk_cfg *cfg;
    dk_net_conf conf;
    dk_backend *be;
    dk_net *net;
} text_net;

/* Text, conf and engine (one thread) as "test.cfg"; then the net. */
void text_net_read(text_net *n, const char *text, const char *engine);
void text_net_build(text_net *n, const dk_net_build_options *options);
void text_net_open(text_net *n, const char *text, const char *engine, const dk_net_build_options *options);
void text_net_close(text_net *n); /* and zeroes it; accepts a zeroed one */

#endif
