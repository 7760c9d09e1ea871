/* Connections that are open. A thread looks at them twice a second: one whose request has not come in time, or whose answer
 * has not gone, is ended. libmicrohttpd only knows how long a connection has been silent, and a byte now and then is not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "serve/http/parts.h"

#define LOOK .5 /* seconds */

/* ---- the list ---- */

static void add(dk_server *s, dk_caller *v) {
    pthread_mutex_lock(&s->lock);
    v->late = s->count >= DK_CALLERS;
    v->next = s->callers;
    if (v->next != NULL) {
        v->next->before = v;
    }
    s->callers = v;
    s->count++;
    pthread_mutex_unlock(&s->lock);
}

static void take_out(dk_server *s, dk_caller *v) {
    pthread_mutex_lock(&s->lock);
    *(v->before != NULL ? &v->before->next : &s->callers) = v->next;
    if (v->next != NULL) {
        v->next->before = v->before;
    }
    s->count--;
    pthread_mutex_unlock(&s->lock);
}

void dk_caller_changes(void *server, struct MHD_Connection *connection, void **caller,
                       enum MHD_ConnectionNotificationCode what) {
    dk_server *s = server;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        dk_caller *v = *caller = calloc(1, sizeof *v);
        if (v != NULL) { /* else its requests are refused */
            *v = (dk_caller){
                .socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
                .until = dk_clock_now() + DK_REQUEST_SECONDS,
                .receiving = true};
            add(s, v);
        }
    } else if (*caller != NULL) {
        take_out(s, *caller);
        free(*caller);
        *caller = NULL;
    }
}

dk_caller *dk_caller_of(struct MHD_Connection *connection) {
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void set(dk_server *s, dk_caller *v, bool receiving, double seconds) {
    pthread_mutex_lock(&s->lock);
    v->receiving = receiving;
    v->until = dk_clock_now() + seconds;
    pthread_mutex_unlock(&s->lock);
}

void dk_caller_begin(dk_server *s, dk_caller *v) {
    set(s, v, true, DK_REQUEST_SECONDS);
}

void dk_caller_answer(dk_server *s, dk_caller *v, double seconds) {
    set(s, v, false, seconds);
}

void dk_caller_rest(dk_server *s, dk_caller *v) {
    set(s, v, false, DK_REQUEST_SECONDS);
}

/* ---- the watch ---- */

/* What is over TLS cannot be told: the words would have to be encrypted by the connection's own thread. */
static void cut(const dk_server *s, dk_caller *v) {
    static const char words[] = "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
                                "Content-Length: 51\r\nConnection: close\r\n\r\n"
                                "{\"error\":\"the request has not come in 10 seconds\"}\n";
    if (v->receiving && s->cert == NULL) {
        (void)!send(v->socket, words, sizeof words - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    shutdown(v->socket, SHUT_RDWR);
    v->cut = true;
}

static void *watch(void *server) {
    dk_server *s = server;
    pthread_mutex_lock(&s->lock);
    while (!atomic_load(&s->ending)) {
        const double now = dk_clock_now();
        for (dk_caller *v = s->callers; v != NULL; v = v->next) {
            if (!v->cut && v->until < now) {
                cut(s, v);
            }
        }
        dk_clock_wait(&s->ended, &s->lock, LOOK);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

dk_status dk_callers_open(dk_server *s, dk_error *err) {
    s->watches = pthread_create(&s->watch, NULL, watch, s) == 0;
    return s->watches ? DK_OK : dk_fail(err, DK_ENOMEM, "-http: the system gives no thread");
}

void dk_callers_end(dk_server *s) {
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->ending, true);
    pthread_cond_signal(&s->ended);
    pthread_mutex_unlock(&s->lock);
    if (s->watches) {
        pthread_join(s->watch, NULL);
    }
}
