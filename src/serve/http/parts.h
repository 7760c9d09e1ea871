/* What the files of the server share. One folder's own affair; from outside use serve/serve.h. */
#ifndef DK_SERVE_PARTS_H
#define DK_SERVE_PARTS_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "serve/address.h"
#include "serve/module.h"

enum {
    DK_CALLERS = 256,         /* connections at a time; more are told to come again */
    DK_CALLERS_TOLD = 32,     /* of those that are told, at a time */
    DK_BODY = 64 << 10,       /* bytes of a POST */
    DK_HELD = 64 << 20,       /* bytes of all that is posted at a time */
    DK_SWALLOW = 1 << 20,     /* bytes of one that is too large, before its answer */
    DK_MEMORY = 32 << 10,     /* bytes of a connection: its headers, and what is on its way */
    DK_FRAMES_A_SECOND = 30,  /* pieces that one reader gets at most */
    DK_STACK = 256 << 10,     /* bytes of a connection's thread */
    DK_REQUEST_SECONDS = 10,  /* for a request to come, and for its answer to go */
    DK_FOLLOWER_SECONDS = 60, /* without a byte taken, after which a follower is gone */
    DK_ANSWERS = 6            /* kinds of answers, by the first digit of their code */
};

/* A connection. */
typedef struct dk_caller {
    int socket;
    double until;   /* dk_clock_now when it is ended; INFINITY: never */
    bool receiving; /* a request is coming: what ends it is told */
    bool late;      /* there are DK_CALLERS already */
    bool cut;       /* it was ended */
    struct dk_caller *next, *before;
} dk_caller;

struct dk_server {
    dk_serve_object object;
    const dk_serve_conf *conf;
    dk_site site;
    dk_address address;
    char cookie[24], session[33]; /* name and value of the cookie that stands for the token */
    char *cert, *key;             /* PEM; NULL: without TLS */
    struct MHD_Daemon *daemon;
    atomic_bool ending;
    atomic_long answers[DK_ANSWERS];
    atomic_int followers;
    atomic_size_t held; /* bytes of what is posted */

    pthread_mutex_t lock; /* of what is below */
    pthread_cond_t ended;
    pthread_t watch;
    bool watches;
    dk_caller *callers;
    int count;
};

/* listen.c: a socket that listens, and the address that it has got. */
DK_CHECKED dk_status dk_listen(int *out, dk_address *address, const char *text, dk_error *err);

/* tls.c: reads certificate and key of the conf, and proves that they fit. */
DK_CHECKED dk_status dk_tls_load(dk_server *s, dk_error *err);

/* caller.c: connections, and the thread that ends those that take too long. */
DK_CHECKED dk_status dk_callers_open(dk_server *s, dk_error *err);
void dk_callers_end(dk_server *s);
void dk_caller_changes(void *server, struct MHD_Connection *connection, void **caller,
                       enum MHD_ConnectionNotificationCode what);
dk_caller *dk_caller_of(struct MHD_Connection *connection);
/* A request begins to come (what ends it is told), or its answer to go, for which there is so much time. */
void dk_caller_begin(dk_server *s, dk_caller *v);
void dk_caller_answer(dk_server *s, dk_caller *v, double seconds);
/* Nothing is asked for now. */
void dk_caller_rest(dk_server *s, dk_caller *v);

/* request.c: MHD_AccessHandlerCallback and MHD_RequestCompletedCallback. */
enum MHD_Result dk_request_take(void *server, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *bytes, size_t *size,
                                void **request);
void dk_request_done(void *server, struct MHD_Connection *connection, void **request,
                     enum MHD_RequestTerminationCode how);

/* own.c: pages that every site has. */
const dk_page *dk_own_page(const char *path);
dk_status dk_own_login(void *server, const dk_post *post, dk_buffer *answer, dk_error *err);
void dk_own_metrics(dk_server *s, dk_buffer *out);

/* follow.c: a response that sends a feed on for as long as its reader stays; NULL: memory is out. */
struct MHD_Response *dk_follow(dk_server *s, dk_caller *v, const dk_page *page);

#endif
