/* Addresses are numbers: a name could mean another machine tomorrow. */
#include "serve/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static dk_status wrong(const char *text, dk_error *err) {
    return dk_fail(
        err, DK_EUSAGE,
        "-http %s: wanted is a port (0 to 65535), or ADDRESS:PORT with an address in numbers: 8090, "
        "0.0.0.0:8090, [::]:8090",
        text);
}

/* Cuts "HOST:PORT" or "PORT" up; the host is empty where there is none. */
static bool split(const char *text, char host[64], long *port, bool *bracket) {
    const char *const colon = strrchr(text, ':');
    size_t n = colon != NULL ? (size_t)(colon - text) : 0;
    *bracket = n >= 2 && text[0] == '[' && text[n - 1] == ']';
    if (*bracket) {
        text++;
        n -= 2;
    }
    if ((colon != NULL && n == 0) || n >= 64) {
        return false;
    }
    memcpy(host, text, n);
    host[n] = '\0';
    return dk_text_int(colon != NULL ? colon + 1 : text, port) && *port >= 0 && *port <= 65535;
}

dk_status dk_address_read(dk_address *out, const char *text, dk_error *err) {
    char host[64];
    long port = 0;
    bool bracket = false;
    if (!split(text, host, &port, &bracket)) {
        return wrong(text, err);
    }
    const char *const name = host[0] == '\0' || strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    *out = (dk_address){0};
    if (bracket && inet_pton(AF_INET6, name, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons((uint16_t)port);
        return DK_OK;
    }
    if (!bracket && inet_pton(AF_INET, name, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        return DK_OK;
    }
    return wrong(text, err);
}

socklen_t dk_address_size(const dk_address *a) {
    return a->any.sa_family == AF_INET6 ? sizeof a->v6 : sizeof a->v4;
}

int dk_address_port(const dk_address *a) {
    return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

bool dk_address_is_loopback(const dk_address *a) {
    return a->any.sa_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr)
                                        : ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
}

void dk_address_text(const dk_address *a, char out[DK_ADDRESS_TEXT]) {
    const bool v6 = a->any.sa_family == AF_INET6, mapped = v6 && IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr);
    const void *const bytes = !v6      ? (const void *)&a->v4.sin_addr
                              : mapped ? (const void *)&a->v6.sin6_addr.s6_addr[12]
                                       : (const void *)&a->v6.sin6_addr;
    out[0] = '\0';
    (void)inet_ntop(v6 && !mapped ? AF_INET6 : AF_INET, bytes, out, DK_ADDRESS_TEXT);
}
