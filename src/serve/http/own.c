/* Pages of the server's own: whether it lives, what it has done, and where the token becomes a cookie. */
#include <string.h>

#include "serve/guard.h"
#include "serve/http/parts.h"

static const dk_page pages[] = {
    {.path = "/healthz", .type = "text/plain; charset=utf-8", .text = "ok\n", .size = 3, .open = true},
    {.path = "/metrics", .type = "text/plain; version=0.0.4; charset=utf-8"},
    {.path = "/api/login", .type = "application/json", .posted = dk_own_login, .open = true},
    {0},
};

const dk_page *dk_own_page(const char *path) {
    for (const dk_page *p = pages; p->path != NULL; p++) {
        if (strcmp(p->path, path) == 0) {
            return p;
        }
    }
    return NULL;
}

dk_status dk_own_login(void *server, const dk_post *post, dk_buffer *answer, dk_error *err) {
    const dk_server *s = server;
    (void)answer;
    if (s->conf->token == NULL) {
        return dk_fail(err, DK_EUSAGE, "there is no token here; pages only show");
    }
    return dk_guard_same(s->conf->token, post->body) ? DK_OK
                                                     : dk_fail(err, DK_EUSAGE, "this is not the token");
}

void dk_own_metrics(dk_server *s, dk_buffer *out) {
    const dk_piece *more = NULL;
    pthread_mutex_lock(&s->lock);
    const int connections = s->count;
    pthread_mutex_unlock(&s->lock);
    dk_buffer_add(out,
                  "# HELP darknet_http_connections Connections that are open.\n"
                  "# TYPE darknet_http_connections gauge\ndarknet_http_connections %d\n"
                  "# HELP darknet_http_answers_total Answers, by the first digit of their code.\n"
                  "# TYPE darknet_http_answers_total counter\n",
                  connections);
    for (int i = 2; i < DK_ANSWERS; i++) {
        dk_buffer_add(out, "darknet_http_answers_total{code=\"%dxx\"} %ld\n", i, atomic_load(&s->answers[i]));
    }
    if (s->site.metrics != NULL && dk_feed_take(s->site.metrics, 0, 0, &more) == DK_FEED_PIECE) {
        dk_buffer_put(out, more->bytes, more->size);
        dk_piece_leave(more);
    }
}
