/* Opening and closing, and the module's table. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "serve/http/parts.h"

#define LAST_WORDS .5 /* seconds that followers have for the end of their feed */
enum { TOKEN_LEAST = 8 };

/* ---- what must fit ---- */

static dk_status check_token(const dk_server *s, dk_error *err) {
    const char *const token = s->conf->token;
    if (token == NULL) {
        return dk_address_is_loopback(&s->address)
                   ? DK_OK
                   : dk_fail(err, DK_EUNSUPPORTED,
                             "-http %s: others can reach this address, so it wants a token: -http_token TEXT "
                             "(`openssl rand -hex 16` makes one)",
                             s->conf->address);
    }
    for (const char *p = token; *p != '\0'; p++) {
        if (*p <= ' ' || *p > '~' || strchr("\"%#\\", *p) != NULL) {
            return dk_fail(err, DK_EUNSUPPORTED,
                           "-http_token: has a character that addresses write otherwise; letters, digits and "
                           "-._~ are good");
        }
    }
    return strlen(token) >= TOKEN_LEAST ? DK_OK
                                        : dk_fail(err, DK_EUNSUPPORTED,
                                                  "-http_token: has %zu characters; at least %d are wanted "
                                                  "(`openssl rand -hex 16` makes some)",
                                                  strlen(token), TOKEN_LEAST);
}

static dk_status make_session(dk_server *s, dk_error *err) {
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        return dk_fail_errno(err, "-http: the system gives no random numbers");
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(s->session + 2 * i, 3, "%02x", bytes[i]);
    }
    snprintf(s->cookie, sizeof s->cookie, "darknet_%d", dk_address_port(&s->address));
    return DK_OK;
}

/* ---- the daemon ---- */

static void *begin(void *server, const char *line, struct MHD_Connection *connection) {
    dk_caller *const v = dk_caller_of(connection);
    (void)line;
    if (v != NULL) {
        dk_caller_begin(server, v);
    }
    return NULL;
}

static dk_status start(dk_server *s, int fd, dk_error *err) {
    enum { ROOM = 5 };
    struct MHD_OptionItem tls[ROOM] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags =
        MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    if (s->cert != NULL) {
        flags |= MHD_USE_TLS;
        memcpy(tls,
               (struct MHD_OptionItem[ROOM]){
                   {MHD_OPTION_HTTPS_MEM_CERT, 0, s->cert},
                   {MHD_OPTION_HTTPS_MEM_KEY, 0, s->key},
                   {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
                   {MHD_OPTION_END, 0, NULL}},
               sizeof tls);
    }
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, dk_request_take, s, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
        dk_request_done, s, MHD_OPTION_NOTIFY_CONNECTION, dk_caller_changes, s, MHD_OPTION_URI_LOG_CALLBACK,
        begin, s, MHD_OPTION_CONNECTION_LIMIT, (unsigned)(DK_CALLERS + DK_CALLERS_TOLD),
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)DK_REQUEST_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)DK_MEMORY, MHD_OPTION_THREAD_STACK_SIZE, (size_t)DK_STACK, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (s->daemon == NULL) {
        close(fd);
        return dk_fail(err, DK_EIO, "-http %s: the server does not start", s->conf->address);
    }
    return DK_OK;
}

/* The address as a browser takes it. */
static void tell(const dk_server *s, const dk_log *log) {
    char name[DK_ADDRESS_TEXT];
    dk_address_text(&s->address, name);
    const bool v6 = strchr(name, ':') != NULL;
    dk_note(log, "http%s://%s%s%s:%d/%s", s->cert != NULL ? "s" : "", v6 ? "[" : "", name, v6 ? "]" : "",
            dk_address_port(&s->address), s->conf->token != NULL ? "#token=… (that of -http_token)" : "");
}

static dk_status open_parts(dk_server *s, const dk_log *log, dk_error *err) {
    int fd = -1;
    DK_TRY(dk_address_read(&s->address, s->conf->address, err));
    DK_TRY(check_token(s, err));
    DK_TRY(dk_tls_load(s, err));
    DK_TRY(dk_callers_open(s, err));
    DK_TRY(dk_listen(&fd, &s->address, s->conf->address, err));
    const dk_status status = make_session(s, err);
    if (status != DK_OK) {
        close(fd);
        return status;
    }
    DK_TRY(start(s, fd, err));
    tell(s, log);
    return DK_OK;
}

static void close_server(dk_server *s) {
    const double until = dk_clock_now() + LAST_WORDS;
    while (s->daemon != NULL && atomic_load(&s->followers) > 0 && dk_clock_now() < until) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    dk_callers_end(s);
    if (s->daemon != NULL) {
        MHD_stop_daemon(s->daemon);
    }
    pthread_cond_destroy(&s->ended);
    pthread_mutex_destroy(&s->lock);
    free(s->cert);
    free(s->key);
    free(s);
}

static dk_status open_server(dk_server **out, const dk_serve_conf *conf, const dk_site *site,
                             const dk_log *log, dk_error *err) {
    dk_server *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "-http");
    }
    s->object.functions = &dk_serve_module;
    s->conf = conf;
    s->site = *site;
    pthread_mutex_init(&s->lock, NULL);
    dk_clock_condition(&s->ended);
    const dk_status status = open_parts(s, log, err);
    if (status != DK_OK) {
        close_server(s);
        return status;
    }
    *out = s;
    return DK_OK;
}

const dk_serve_table dk_serve_module = {
    .version = DK_SERVE_VERSION, .size = sizeof(dk_serve_table), .open = open_server, .close = close_server};
