/* Addresses, SCHEME://NAME:PASSWORD@HOST/PATH?KEY=VALUE, as they may be shown: whoever reads a log, a window or a report is
 * not to learn the password. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vision/vision.h"

#define HIDDEN "***"

/* Behind "://"; NULL: it is no address. */
static const char *behind_scheme(const char *source) {
    const char *colon = strstr(source, "://");
    return colon != NULL ? colon + 3 : NULL;
}

/* The '@' that ends name and password, or NULL. It is the last one, since passwords are written with '@', '/', '#' and '?'
 * in them, although none of these may stand there; an address with an '@' behind its host loses the host, too. */
static const char *end_of_user(const char *user) {
    return strrchr(user, '@');
}

/* Whether the words before '=' are those of a secret. */
static bool secret(const char *key, size_t n) {
    static const char *const words[] = {"pass", "pwd", "token", "secret"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        const size_t length = strlen(words[w]);
        for (size_t i = 0; i + length <= n; i++) {
            if (strncasecmp(key + i, words[w], length) == 0) {
                return true;
            }
        }
    }
    return false;
}

typedef struct {
    char *out;
    size_t room, size;
} text;

static void put(text *t, const char *bytes, size_t n) {
    const size_t fits = t->size + n < t->room ? n : t->room - 1 - t->size;
    memcpy(t->out + t->size, bytes, fits);
    t->size += fits;
    t->out[t->size] = '\0';
}

/* "?user=me&pwd=x" without the values of secrets. */
static void put_query(text *t, const char *query) {
    while (*query != '\0') {
        const size_t key = strcspn(query, "=&");
        const size_t pair = key + strcspn(query + key, "&#");
        const bool hide = query[key] == '=' && secret(query, key);
        put(t, query, hide ? key + 1 : pair);
        put(t, HIDDEN, hide ? strlen(HIDDEN) : 0);
        query += pair;
        put(t, query, *query != '\0');
        query += *query != '\0';
    }
}

void dk_capture_shown(char *out, size_t room, const char *source) {
    const char *user = behind_scheme(source);
    text t = {out, room, 0};
    *out = '\0';
    if (user == NULL) {
        put(&t, source, strlen(source));
        return;
    }
    const char *at = end_of_user(user);
    const char *colon = at != NULL ? memchr(user, ':', (size_t)(at - user)) : NULL;
    if (colon != NULL) {
        put(&t, source, (size_t)(colon + 1 - source));
        put(&t, HIDDEN, strlen(HIDDEN));
        source = at;
    }
    const size_t path = strcspn(source, "?");
    put(&t, source, path);
    put_query(&t, source + path);
}

const char *dk_capture_hint(const char *source) {
    const char *user = behind_scheme(source);
    const char *at = user != NULL ? end_of_user(user) : NULL;
    for (const char *p = user; at != NULL && p < at; p++) {
        const bool escape = *p == '%' && isxdigit((unsigned char)p[1]) && isxdigit((unsigned char)p[2]);
        if (strchr("#/?%", *p) != NULL && !escape) {
            return " (in a name or password '#' is written %23, '/' %2F, '?' %3F and '%' %25)";
        }
    }
    return "";
}
