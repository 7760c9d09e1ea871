/* Where a server listens, as -http says it. */
#ifndef DK_SERVE_ADDRESS_H
#define DK_SERVE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/status.h"

typedef union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} dk_address;

enum { DK_ADDRESS_TEXT = INET6_ADDRSTRLEN };

/* "8090" (of 127.0.0.1), "0.0.0.0:8090", "[::]:8090", "localhost:8090". DK_EUSAGE: it is none of these. */
DK_CHECKED dk_status dk_address_read(dk_address *out, const char *text, dk_error *err);

socklen_t dk_address_size(const dk_address *address);
int dk_address_port(const dk_address *address);
bool dk_address_is_loopback(const dk_address *address); /* nobody else can reach it */
/* "127.0.0.1", "::1"; an IPv4 address in the clothes of IPv6 is shown as itself. */
void dk_address_text(const dk_address *address, char out[DK_ADDRESS_TEXT]);

#endif
