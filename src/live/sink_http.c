/* -http: the picture and what is known of it, for a page in the browser (serve/page/demo.html). The picture is made into a
 * JPEG only when somebody waits for one, so that readers who are slow, and none at all, cost nothing. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "image/image.h"
#include "live/classes_json.h"
#include "live/sink.h"
#include "serve/page.h"

enum {
    QUALITY = 80,
    STILL = 8,    /* an unchanged scene is told again every so many times that it is shown */
    ASKED = 4096, /* bytes of changes that wait */
    FILES = 6,
    ROWS = 13
};
#define COUNTED 1. /* seconds over which frames a second are counted */

typedef struct {
    const dk_sink_context *context;
    dk_server *server;
    dk_feed *video, *events, *metrics;
    dk_page pages[ROWS];
    dk_buffer about, text;

    pthread_mutex_t lock; /* of asked */
    dk_buffer asked;      /* what pages want changed: "paused=1&mirror=0" */

    bool fresh; /* a scene that was not told yet */
    int same;   /* times that it was shown since */
    long frames, before;
    double since, fps; /* clock since frames are counted */
    int most;          /* highest id */
} http;

/* ---- what is asked ---- */

/* In a thread of the server's: looks whether it can be meant, and leaves it for the demo. */
static dk_status ask(void *user, const dk_post *post, dk_buffer *answer, dk_error *err) {
    http *h = user;
    dk_ui tried = {0};
    (void)answer;
    DK_TRY(dk_ui_set(&tried, post->body, err));
    pthread_mutex_lock(&h->lock);
    const bool fits = h->asked.size + post->size < ASKED;
    if (fits) {
        dk_buffer_add(&h->asked, "%s%s", h->asked.size > 0 ? "&" : "", post->body);
    }
    pthread_mutex_unlock(&h->lock);
    return fits ? DK_OK : dk_fail(err, DK_EUSAGE, "too much is asked at once; come again");
}

static bool take_asked(http *h) {
    dk_error err = {0};
    pthread_mutex_lock(&h->lock);
    const bool any = h->asked.size > 0 && !h->asked.failed &&
                     dk_ui_set(h->context->ui, h->asked.text, &err) == DK_OK; /* it was looked at before */
    h->asked.size = 0;
    pthread_mutex_unlock(&h->lock);
    return any;
}

/* ---- what is told ---- */

static void count(http *h) {
    const double now = dk_clock_now();
    h->frames++;
    if (now - h->since >= COUNTED) {
        h->fps = h->since > 0 ? (double)(h->frames - h->before) / (now - h->since) : 0;
        h->before = h->frames;
        h->since = now;
    }
}

/* {"scene": the line of -json, "state": what the buttons changed}. */
static dk_status tell(http *h, const dk_scene *scene, dk_error *err) {
    const dk_ui *const ui = h->context->ui;
    dk_buffer *const out = &h->text;
    dk_json j = {.out = out};
    out->size = 0;
    dk_buffer_add(out, "{\"scene\":");
    dk_scene_json(out, scene);
    dk_buffer_add(out, ",\"state\":");
    dk_json_open(&j, NULL, '{');
    dk_json_bool(&j, "paused", ui->paused);
    dk_json_bool(&j, "mirror", ui->mirror);
    dk_json_bool(&j, "pixelate", ui->pixelate);
    dk_json_bool(&j, "bars", ui->bars);
    dk_json_fixed(&j, "fps", h->fps, 1);
    dk_json_text(&j, "said", dk_clock_now() < ui->said_until ? ui->said : "");
    dk_json_close(&j, '}');
    dk_buffer_add(out, "}");
    return out->failed ? dk_no_memory(err, out->room, "the page")
                       : dk_feed_put(h->events, out->text, out->size, err);
}

static dk_status measure(http *h, const dk_scene *scene, dk_error *err) {
    dk_buffer *const out = &h->text;
    for (int i = 0; i < scene->count; i++) {
        h->most = scene->faces[i].id > h->most ? scene->faces[i].id : h->most;
    }
    out->size = 0;
    dk_buffer_add(out,
                  "# HELP darknet_demo_frames_total Frames that were shown.\n"
                  "# TYPE darknet_demo_frames_total counter\ndarknet_demo_frames_total %ld\n"
                  "# HELP darknet_demo_frames_per_second Frames a second.\n"
                  "# TYPE darknet_demo_frames_per_second gauge\ndarknet_demo_frames_per_second %.1f\n"
                  "# HELP darknet_demo_in_view What is followed now.\n"
                  "# TYPE darknet_demo_in_view gauge\ndarknet_demo_in_view %d\n"
                  "# HELP darknet_demo_appeared_total What has appeared since the begin.\n"
                  "# TYPE darknet_demo_appeared_total counter\ndarknet_demo_appeared_total %d\n",
                  h->frames, h->fps, scene->count, h->most);
    return out->failed ? dk_no_memory(err, out->room, "the page")
                       : dk_feed_put(h->metrics, out->text, out->size, err);
}

static dk_status send_picture(http *h, const dk_scene *scene, dk_error *err) {
    dk_image *image = NULL;
    h->text.size = 0;
    DK_TRY(dk_frame_to_image(&image, scene->drawn, err));
    dk_status status = dk_jpeg_encode(&h->text, image, QUALITY, "the page", err);
    dk_image_free(image);
    return status == DK_OK ? dk_feed_put(h->video, h->text.text, h->text.size, err) : status;
}

static dk_status frame(void *self, const dk_scene *scene, dk_error *err) {
    http *h = self;
    h->fresh = true;
    count(h);
    return measure(h, scene, err);
}

static dk_status show(void *self, const dk_scene *scene, dk_error *err) {
    http *h = self;
    const bool changed = take_asked(h), told = h->fresh;
    h->same = told ? 0 : h->same + 1;
    h->fresh = changed; /* what was asked is drawn next time */
    if (!told && !changed && h->same % STILL != 0) {
        return DK_OK;
    }
    DK_TRY(tell(h, scene, err));
    return dk_feed_wanted(h->video) ? send_picture(h, scene, err) : DK_OK;
}

/* ---- opening and closing ---- */

static bool wanted(const dk_sink_context *c, const char *value) {
    (void)value;
    return c->outputs->http.address != NULL;
}

static void describe(http *h) {
    const dk_live_page *const page = &h->context->outputs->page;
    dk_json j = {.out = &h->about};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "title", page->title);
    dk_json_text(&j, "intro", page->intro);
    dk_json_text(&j, "thing", page->thing);
    dk_json_text(&j, "source", page->source);
    dk_json_text(&j, "weights", page->weights);
    dk_json_text(&j, "version", DK_VERSION);
    dk_json_bool(&j, "controls", h->context->outputs->http.token != NULL);
    dk_classes_json(&j, h->context->names, h->context->classes);
    dk_json_close(&j, '}');
}

static void list_pages(http *h) {
    static const dk_page_name files[FILES] = {DK_PAGE_demo_html, DK_PAGE_demo_js,   DK_PAGE_faces_js,
                                              DK_PAGE_common_js, DK_PAGE_style_css, DK_PAGE_icon_svg};
    static const char json[] = "application/json", jpeg[] = "image/jpeg";
    const dk_page own[] = {
        {.path = "/api/about", .type = json, .text = h->about.text, .size = h->about.size},
        {.path = "/video", .type = jpeg, .feed = h->video, .follow = DK_FOLLOW_PARTS},
        {.path = "/frame.jpg", .type = jpeg, .feed = h->video},
        {.path = "/api/demo/events", .type = json, .feed = h->events, .follow = DK_FOLLOW_EVENTS},
        {.path = "/api/demo/now", .type = json, .feed = h->events},
        {.path = "/api/demo", .posted = ask, .user = h},
        {0},
    };
    for (int i = 0; i < FILES; i++) {
        h->pages[i] = dk_page_file(files[i]);
    }
    memcpy(h->pages + FILES, own, sizeof own);
}

static dk_status close_http(void *self, dk_error *err) {
    http *h = self;
    dk_feed *const feeds[] = {h->video, h->events, h->metrics};
    (void)err;
    for (int i = 0; i < 3; i++) {
        if (feeds[i] != NULL) {
            dk_feed_end(feeds[i]);
        }
    }
    dk_server_close(h->server);
    for (int i = 0; i < 3; i++) {
        dk_feed_close(feeds[i]);
    }
    dk_buffer_free(&h->about);
    dk_buffer_free(&h->text);
    dk_buffer_free(&h->asked);
    pthread_mutex_destroy(&h->lock);
    free(h);
    return DK_OK;
}

static dk_status open_parts(http *h, dk_error *err) {
    DK_TRY(dk_feed_open(&h->video, err));
    DK_TRY(dk_feed_open(&h->events, err));
    DK_TRY(dk_feed_open(&h->metrics, err));
    describe(h);
    if (h->about.failed) {
        return dk_no_memory(err, h->about.room, "the page");
    }
    list_pages(h);
    return dk_server_open(&h->server, &h->context->outputs->http,
                          &(dk_site){.pages = h->pages, .metrics = h->metrics}, &h->context->log, err);
}

static dk_status open_http(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)value;
    if (c->source->stills) {
        return dk_fail(err, DK_EUSAGE,
                       "-http is of films and cameras; pictures have no time (-json, -csv, -out)");
    }
    http *h = calloc(1, sizeof *h);
    if (h == NULL) {
        return dk_no_memory(err, sizeof *h, "the page");
    }
    h->context = c;
    pthread_mutex_init(&h->lock, NULL);
    const dk_status status = open_parts(h, err);
    if (status != DK_OK) {
        (void)close_http(h, NULL);
        return status;
    }
    *self = h;
    return DK_OK;
}

const dk_sink_kind dk_sink_http = {
    .draws = true, .wanted = wanted, .open = open_http, .frame = frame, .show = show, .close = close_http};
