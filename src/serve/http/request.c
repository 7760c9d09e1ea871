/* A request: who asks, for what, and what he gets. What is refused is refused with a reason, in JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "serve/guard.h"
#include "serve/http/parts.h"

typedef struct {
    const dk_page *page;
    unsigned refused; /* code; 0: not */
    char why[512];
    dk_buffer body;
} request;

static const char *header(struct MHD_Connection *c, const char *name) {
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void refuse(request *r, unsigned code, const char *format, ...) DK_PRINTF(3, 4);
static void refuse(request *r, unsigned code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    (void)dk_text_format(r->why, sizeof r->why, format, args);
    va_end(args);
    r->refused = code;
}

/* ---- who asks ---- */

/* The address that the connection came to, which is not that listened at when that is "all of them". */
static void own_address(const dk_caller *v, char out[DK_ADDRESS_TEXT]) {
    dk_address a = {0};
    socklen_t size = sizeof a;
    out[0] = '\0';
    if (getsockname(v->socket, &a.any, &size) == 0) {
        dk_address_text(&a, out);
    }
}

static void check_host(const dk_server *s, request *r, struct MHD_Connection *c, const dk_caller *v) {
    const char *const host = header(c, MHD_HTTP_HEADER_HOST), *const origin =
                                                                  header(c, MHD_HTTP_HEADER_ORIGIN);
    char own[DK_ADDRESS_TEXT];
    own_address(v, own);
    if (host == NULL) {
        refuse(r, MHD_HTTP_BAD_REQUEST, "the header Host is missing");
    } else if (!dk_guard_host(host, own, s->conf->hosts)) {
        refuse(r, MHD_HTTP_MISDIRECTED_REQUEST,
               "Host is '%.200s', which is not known here; -http_host NAME makes it known", host);
    } else if (origin != NULL && !dk_guard_origin(origin, s->cert != NULL ? "https" : "http", host)) {
        refuse(r, MHD_HTTP_FORBIDDEN, "Origin is '%.200s', a page of another server", origin);
    }
}

static bool has_token(const dk_server *s, struct MHD_Connection *c) {
    char value[sizeof s->session];
    const char *const bearer = dk_guard_bearer(header(c, MHD_HTTP_HEADER_AUTHORIZATION));
    return dk_guard_same(s->conf->token, bearer) ||
           (dk_guard_cookie(header(c, MHD_HTTP_HEADER_COOKIE), s->cookie, value, sizeof value) &&
            dk_guard_same(s->session, value));
}

static void check_token(const dk_server *s, request *r, struct MHD_Connection *c) {
    if (r->page->open) {
        return;
    }
    if (s->conf->token != NULL && !has_token(s, c)) {
        refuse(r, MHD_HTTP_UNAUTHORIZED, "the token is missing or wrong");
    } else if (s->conf->token == NULL && r->page->posted != NULL && !r->page->asks) {
        refuse(r, MHD_HTTP_FORBIDDEN, "pages only show here: the program was started without -http_token");
    }
}

/* ---- what for ---- */

static void find_page(const dk_server *s, request *r, const char *path, const char *method) {
    r->page = dk_own_page(path);
    for (const dk_page *p = s->site.pages; r->page == NULL && p->path != NULL; p++) {
        r->page = strcmp(p->path, path) == 0 ? p : NULL;
    }
    if (r->page == NULL) {
        refuse(r, MHD_HTTP_NOT_FOUND, "there is no page of this name");
        return;
    }
    const bool gets = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    if (r->page->posted != NULL ? strcmp(method, "POST") != 0 : !gets) {
        refuse(r, MHD_HTTP_METHOD_NOT_ALLOWED, "this page takes %s",
               r->page->posted != NULL ? "POST" : "GET and HEAD");
    }
}

/* Bytes that the body is to have; 0: it does not say. */
static size_t announced(struct MHD_Connection *c) {
    const char *const text = header(c, MHD_HTTP_HEADER_CONTENT_LENGTH);
    long n = 0;
    return text != NULL && dk_text_int(text, &n) && n > 0 ? (size_t)n : 0;
}

static size_t most_of(const dk_page *page) {
    return page->most > 0 ? page->most : DK_BODY;
}

static void refuse_size(request *r) {
    refuse(r, MHD_HTTP_CONTENT_TOO_LARGE, "what is posted here may have %zu bytes", most_of(r->page));
}

static void examine(const dk_server *s, request *r, struct MHD_Connection *c, const dk_caller *v,
                    const char *path, const char *method) {
    if (v == NULL || v->late) {
        refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "%d connections are open; come again", DK_CALLERS);
        return;
    }
    check_host(s, r, c, v);
    if (r->refused == 0) {
        find_page(s, r, path, method);
    }
    if (r->refused == 0) {
        check_token(s, r, c);
    }
    if (r->refused == 0 && announced(c) > most_of(r->page)) {
        refuse_size(r);
    }
}

/* ---- what he gets ---- */

static struct MHD_Response *of_bytes(const void *bytes, size_t size, const char *type) {
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        MHD_add_response_header(response, "Content-Type", type);
    }
    return response;
}

static struct MHD_Response *of_buffer(const dk_buffer *text, const char *type) {
    return text->failed ? NULL : of_bytes(text->text, text->size, type);
}

static struct MHD_Response *refusal(const request *r) {
    dk_buffer text = {0};
    dk_json j = {.out = &text};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "error", r->why);
    dk_json_close(&j, '}');
    dk_buffer_put(&text, "\n", 1);
    struct MHD_Response *response = of_buffer(&text, "application/json");
    dk_buffer_free(&text);
    if (response != NULL && r->refused == MHD_HTTP_UNAUTHORIZED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer");
    }
    if (response != NULL && r->refused == MHD_HTTP_METHOD_NOT_ALLOWED) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                r->page->posted != NULL ? "POST" : "GET, HEAD");
    }
    return response;
}

/* The next that comes, which is made because somebody waits for it; that there was before where it is kept, or none has come
 * in a second. */
static struct MHD_Response *newest(request *r) {
    const dk_piece *piece = NULL;
    const long after = r->page->kept ? 0 : DK_FEED_NOW;
    if (dk_feed_take(r->page->feed, after, 1, &piece) != DK_FEED_PIECE &&
        dk_feed_take(r->page->feed, 0, 0, &piece) != DK_FEED_PIECE) {
        refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "there is none yet");
        return refusal(r);
    }
    struct MHD_Response *response = of_bytes(piece->bytes, piece->size, r->page->type);
    dk_piece_leave(piece);
    return response;
}

static struct MHD_Response *metrics(dk_server *s, const dk_page *page) {
    dk_buffer text = {0};
    dk_own_metrics(s, &text);
    struct MHD_Response *response = of_buffer(&text, page->type);
    dk_buffer_free(&text);
    return response;
}

static void add_cookie(const dk_server *s, struct MHD_Response *response) {
    char text[128];
    snprintf(text, sizeof text, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", s->cookie, s->session,
             s->cert != NULL ? "; Secure" : "");
    MHD_add_response_header(response, "Set-Cookie", text);
}

/* *code: 204 where the answer is empty. */
static struct MHD_Response *post(dk_server *s, request *r, struct MHD_Connection *c, unsigned *code) {
    dk_buffer answer = {0};
    dk_error err = {0};
    const bool login = r->page->posted == dk_own_login;
    const dk_post given = {.body = r->body.text != NULL ? r->body.text : "",
                           .size = r->body.size,
                           .visitor = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "visitor")};
    const dk_status status = r->page->posted(login ? s : r->page->user, &given, &answer, &err);
    if (status != DK_OK) {
        dk_buffer_free(&answer);
        refuse(r,
               login                 ? MHD_HTTP_FORBIDDEN
               : status == DK_ENOMEM ? MHD_HTTP_SERVICE_UNAVAILABLE
                                     : MHD_HTTP_BAD_REQUEST,
               "%s", err.text);
        return refusal(r);
    }
    *code = answer.size > 0 ? MHD_HTTP_OK : MHD_HTTP_NO_CONTENT;
    struct MHD_Response *response = of_bytes(answer.text, answer.size, "application/json");
    dk_buffer_free(&answer);
    if (response != NULL && login) {
        add_cookie(s, response);
    }
    return response;
}

static struct MHD_Response *answer(dk_server *s, request *r, struct MHD_Connection *c, dk_caller *v,
                                   unsigned *code) {
    const dk_page *const page = r->page;
    if (r->refused != 0) {
        return refusal(r);
    }
    if (page->posted != NULL) {
        return post(s, r, c, code);
    }
    if (page->text != NULL) {
        return of_bytes(page->text, page->size, page->type);
    }
    if (page->feed == NULL) {
        return metrics(s, page);
    }
    return page->follow != NULL ? dk_follow(s, v, page) : newest(r);
}

/* Pages load what is ours alone, are in no frame, and are not kept, since the next run may show something else. */
static void add_headers(struct MHD_Response *response) {
    static const char *const all[][2] = {
        {"Content-Security-Policy",
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' "
         "blob:; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cache-Control", "no-store"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        MHD_add_response_header(response, all[i][0], all[i][1]);
    }
}

static enum MHD_Result finish(dk_server *s, request *r, struct MHD_Connection *c, dk_caller *v) {
    unsigned code = MHD_HTTP_OK;
    const bool follows = r->refused == 0 && r->page->follow != NULL;
    struct MHD_Response *response = answer(s, r, c, v, &code);
    if (response == NULL) {
        return MHD_NO; /* memory is out: the connection is closed */
    }
    code = r->refused != 0 ? r->refused : code;
    add_headers(response);
    if (code == MHD_HTTP_SERVICE_UNAVAILABLE) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    }
    if (follows) {
        MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)DK_FOLLOWER_SECONDS);
    }
    if (v != NULL) {
        dk_caller_answer(s, v, follows ? INFINITY : DK_REQUEST_SECONDS);
    }
    atomic_fetch_add(&s->answers[code / 100], 1);
    const enum MHD_Result result = MHD_queue_response(c, code, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- what libmicrohttpd calls ---- */

/* Keeps what is posted, up to the limits; what is refused is swallowed, so that its answer is read. */
static enum MHD_Result take_body(dk_server *s, request *r, const char *bytes, size_t *size) {
    if (r->refused == 0 && r->body.size + *size > most_of(r->page)) {
        refuse_size(r);
    }
    if (r->refused == 0 && atomic_load(&s->held) + *size > DK_HELD) {
        refuse(r, MHD_HTTP_SERVICE_UNAVAILABLE, "too much is posted at once; come again");
    }
    if (r->refused == 0) {
        const size_t before = r->body.size;
        dk_buffer_put(&r->body, bytes, *size);
        atomic_fetch_add(&s->held, r->body.size - before);
    }
    *size = 0;
    return r->body.failed ? MHD_NO : MHD_YES;
}

enum MHD_Result dk_request_take(void *server, struct MHD_Connection *c, const char *url, const char *method,
                                const char *version, const char *bytes, size_t *size, void **state) {
    dk_server *s = server;
    dk_caller *const v = dk_caller_of(c);
    request *r = *state;
    (void)version;
    if (r == NULL) {
        r = *state = calloc(1, sizeof *r);
        if (r == NULL) {
            return MHD_NO;
        }
        if (v != NULL) {
            dk_caller_begin(s, v);
        }
        examine(s, r, c, v, url, method);
        return r->refused != 0 && announced(c) > DK_SWALLOW ? finish(s, r, c, v) : MHD_YES;
    }
    return *size > 0 ? take_body(s, r, bytes, size) : finish(s, r, c, v);
}

void dk_request_done(void *server, struct MHD_Connection *c, void **state,
                     enum MHD_RequestTerminationCode how) {
    request *r = *state;
    dk_caller *const v = dk_caller_of(c);
    (void)how;
    if (v != NULL) {
        dk_caller_rest(server, v);
    }
    if (r != NULL) {
        atomic_fetch_sub(&((dk_server *)server)->held, r->body.size);
        dk_buffer_free(&r->body);
        free(r);
        *state = NULL;
    }
}
