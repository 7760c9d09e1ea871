/* A few pages over HTTP. What is served is a table of rows {path, type, text or feed, posted}; this floor knows HTTP and
 * nothing of what the pages are about. The server itself is a module over libmicrohttpd and GnuTLS that the first use opens
 * (module.h). Every connection is a thread of its own, so that one that is slow waits for itself alone. What is bounded, and
 * who may do what: docs/http.md. */
#ifndef DK_SERVE_SERVE_H
#define DK_SERVE_SERVE_H

#include "base/log.h"
#include "serve/feed.h"

/* Where, and for whom. */
typedef struct {
    const char *address;    /* [ADDRESS:]PORT, "8090", "[::1]:8090"; port 0: any that is free */
    const char *token;      /* NULL: none, and what is posted is refused */
    const char *cert, *key; /* PEM files; both NULL: without TLS */
    const char *hosts;      /* names, with commas between, that the server may be called by; NULL: none */
} dk_serve_conf;

/* What came in a POST. */
typedef struct {
    const char *body; /* size bytes and a zero */
    size_t size;
    const char
        *visitor; /* of the query, "?visitor=NAME": who posts, as he calls himself; NULL: he does not */
} dk_post;

/* `answer` becomes JSON, or stays empty. Called in a thread of the server's, whose stack is small. A failure is told to who
 * posted, as 503 (come again) where it is DK_ENOMEM, else as 400. */
typedef dk_status (*dk_posted)(void *user, const dk_post *post, dk_buffer *answer, dk_error *err);

typedef struct {
    const char *path; /* "/api/demo"; all of it, never a folder. NULL ends the table */
    const char *type; /* of the text or of the feed's pieces, as Content-Type has it */
    const char *text; /* size bytes; NULL: */
    dk_feed *feed;    /* what is the newest when it is asked for */
    const char
        *follow; /* how the feed is sent on for as long as the reader stays: one of those below; NULL: once */
    size_t size;
    bool kept; /* of a feed that is asked for once: the newest that is there, without a wait for the next */
    dk_posted posted; /* POST; NULL: nothing can be posted */
    size_t most;      /* bytes of a POST; 0: 64 kB */
    bool asks;        /* what is posted is only a question: without a token, too */
    void *user;
    bool open; /* for everybody, also where there is a token */
} dk_page;

#define DK_FOLLOW_PARTS                                                                                      \
    "multipart/x-mixed-replace" /* each piece takes the place of the one before, as in an <img> */
#define DK_FOLLOW_EVENTS "text/event-stream" /* each piece, a line of text, is an event */

typedef struct {
    const dk_page *pages;
    dk_feed *metrics; /* Prometheus text that /metrics has behind the server's own; NULL: none */
} dk_site;

typedef struct dk_server dk_server;

/* Serves the pages, /healthz, /metrics and /api/login until it is closed, and notes the address. conf, pages and feeds must
 * last as long. DK_EUSAGE: an address that is none, half a pair of certificate and key; DK_EIO: the port is taken, a file
 * cannot be read; DK_EDATA: an address for others without a token, a certificate that does not fit its key;
 * DK_EUNSUPPORTED: the module is not there. */
DK_CHECKED dk_status dk_server_open(dk_server **out, const dk_serve_conf *conf, const dk_site *site,
                                    const dk_log *log, dk_error *err);
void dk_server_close(dk_server *server); /* accepts NULL; ends all connections */

#endif
