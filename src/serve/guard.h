/* Who may ask: what the headers of a request are compared with. No state, no input or output. */
#ifndef DK_SERVE_GUARD_H
#define DK_SERVE_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Equal texts, in a time that depends on the length of `given` alone. given NULL: no. */
bool dk_guard_same(const char *secret, const char *given);

/* Whether a page may call us so: localhost, 127.0.0.1 or [::1], the address that the connection came to (`own`, without
 * brackets) or one of `names` (with commas between; NULL: none), each with any port or none. A page elsewhere whose name
 * was made to mean this machine (DNS rebinding) says its own name. */
bool dk_guard_host(const char *host, const char *own, const char *names);

/* Whether a page that we sent has asked: Origin is scheme://host. */
bool dk_guard_origin(const char *origin, const char *scheme, const char *host);

/* The value of a cookie of this name in a Cookie header (NULL: there is none); false: it is not there or does not fit. */
bool dk_guard_cookie(const char *cookies, const char *name, char *value, size_t room);

/* The token in "Bearer TOKEN" (RFC 6750); NULL: the header, which may be NULL, says something else. */
const char *dk_guard_bearer(const char *authorization);

#endif
