#include "serve/guard.h"

#include <string.h>
#include <strings.h>

bool dk_guard_same(const char *secret, const char *given) {
    const size_t n = strlen(secret), m = given != NULL ? strlen(given) : 0;
    unsigned char differ = n != m || n == 0;
    for (size_t i = 0; i < m; i++) {
        differ |= (unsigned char)(given[i] ^ secret[n > 0 ? i % n : 0]);
    }
    return differ == 0;
}

/* ---- hosts ---- */

/* "name", "name:80", "[::1]", "[::1]:80": the bytes of the name, without brackets; 0: it is none of these. */
static size_t name_of(const char *host, const char **name) {
    const bool bracket = host[0] == '[';
    *name = host + bracket;
    const size_t n = strcspn(*name, bracket ? "]" : ":");
    const char *rest = *name + n;
    if (bracket && *rest++ != ']') {
        return 0;
    }
    if (*rest == ':') {
        const size_t digits = strspn(rest + 1, "0123456789");
        rest += digits > 0 && digits <= 5 ? 1 + digits : 0;
    }
    return *rest == '\0' ? n : 0;
}

static bool is_named(const char *name, size_t n, const char *text, size_t length) {
    return n == length && strncasecmp(name, text, n) == 0;
}

static bool is_among(const char *name, size_t n, const char *names) {
    for (const char *p = names; p != NULL && *p != '\0';) {
        const size_t length = strcspn(p, ",");
        if (length > 0 && is_named(name, n, p, length)) {
            return true;
        }
        p += length + (p[length] == ',');
    }
    return false;
}

bool dk_guard_host(const char *host, const char *own, const char *names) {
    const char *name = NULL;
    const size_t n = host != NULL ? name_of(host, &name) : 0;
    return n > 0 && (is_among(name, n, "localhost,127.0.0.1,::1") || is_named(name, n, own, strlen(own)) ||
                     is_among(name, n, names));
}

bool dk_guard_origin(const char *origin, const char *scheme, const char *host) {
    const size_t n = strlen(scheme);
    return strncasecmp(origin, scheme, n) == 0 && strncmp(origin + n, "://", 3) == 0 &&
           strcasecmp(origin + n + 3, host) == 0;
}

/* ---- secrets ---- */

bool dk_guard_cookie(const char *cookies, const char *name, char *value, size_t room) {
    const size_t n = strlen(name);
    for (const char *p = cookies; p != NULL && *p != '\0';) {
        p += strspn(p, "; \t");
        const size_t length = strcspn(p, ";");
        if (length > n && strncmp(p, name, n) == 0 && p[n] == '=') {
            const size_t size = length - n - 1;
            if (size >= room) {
                return false;
            }
            memcpy(value, p + n + 1, size);
            value[size] = '\0';
            return true;
        }
        p += length;
    }
    return false;
}

const char *dk_guard_bearer(const char *authorization) {
    static const char scheme[] = "Bearer ";
    const bool bearer = authorization != NULL && strncasecmp(authorization, scheme, sizeof scheme - 1) == 0;
    return bearer ? authorization + sizeof scheme - 1 : NULL;
}
