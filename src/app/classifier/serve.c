/* `classifier serve`: a page that asks for the visitor's own camera, and pictures and frames by POST. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/classifier/answer.h"
#include "app/classifier/demo_weights.h"
#include "app/classifier/sidecar.h"
#include "app/setup.h"
#include "app/stop.h"
#include "app/task/asked.h"
#include "base/clock.h"
#include "base/file.h"
#include "live/classes_json.h"
#include "live/turns.h"
#include "live/visitors.h"
#include "serve/page.h"

enum { FILES = 6, ROWS = FILES + 4, FRAME = 1 << 20, PICTURE = 16 << 20 };
#define LOOK_NS 50000000 /* between two looks whether to stop */

typedef struct {
    int detect_every;
    double smooth; /* seconds */
    dk_serve_conf http;
    dk_face_flags face;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"smooth", DK_FLAG_NUMBER, AT(smooth), .def = .35, .max = 60, .value = "SECONDS",
     .help = "time constant that answers settle with"},
    {"detect_every", DK_FLAG_INT, AT(detect_every), .min = 1, .max = 1000, .value = "N",
     .help = "look for faces on every N-th frame (default: often enough)"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = dk_flags_http, .at = AT(http)},
                                       {.rows = own},
                                       {.rows = dk_flags_faces, .at = AT(face)},
                                       {.rows = dk_flags_task, .at = AT(model)},
                                       {0}};

typedef struct {
    const dk_call *call;
    const char *cfg, *weights;
    dk_data *data;
    dk_still still; /* its network is that of frames, too */
    dk_visitors *visitors;
    dk_turns *turns;
    int *best; /* indices of classes */
    dk_feed *metrics;
    dk_buffer about, text;
    long frames, pictures;
    dk_page pages[ROWS];
    dk_server *server;
} work;

/* ---- what is posted ---- */

/* A picture that waits for its turn. */
typedef struct {
    work *work;
    const dk_post *post;
    dk_buffer *answer;
    double came;
} question;

static dk_status measure(work *w, dk_error *err) {
    w->text.size = 0;
    dk_buffer_add(&w->text,
                  "# HELP darknet_serve_visitors Visitors whose cameras send frames.\n"
                  "# TYPE darknet_serve_visitors gauge\ndarknet_serve_visitors %d\n"
                  "# HELP darknet_serve_frames_total Frames of visitors that were answered.\n"
                  "# TYPE darknet_serve_frames_total counter\ndarknet_serve_frames_total %ld\n"
                  "# HELP darknet_serve_pictures_total Pictures that were answered.\n"
                  "# TYPE darknet_serve_pictures_total counter\ndarknet_serve_pictures_total %ld\n",
                  dk_visitors_count(w->visitors, dk_clock_now()), w->frames, w->pictures);
    return w->text.failed ? dk_no_memory(err, w->text.room, "the page")
                          : dk_feed_put(w->metrics, w->text.text, w->text.size, err);
}

static dk_status decode(dk_image **image, const dk_post *post, dk_error *err) {
    return dk_image_decode(image, (const uint8_t *)post->body, post->size, "what is posted", err);
}

static dk_status ended(const dk_buffer *answer, dk_error *err) {
    return answer->failed ? dk_no_memory(err, answer->room, "the answer") : DK_OK;
}

/* What `classifier predict -faces -json` prints of one picture. */
static dk_status name_picture(work *w, const dk_image *image, dk_buffer *answer, dk_error *err) {
    dk_json j = {.out = answer, .lines = true};
    const double start = dk_clock_now();
    DK_TRY(dk_still_run(&w->still, image, err));
    dk_json_open(&j, NULL, '[');
    dk_asked_head(&j, "picture", image, 1e3 * (dk_clock_now() - start));
    dk_answer_faces(&j, w->data, &w->still, w->data->conf.classes, w->best);
    dk_json_close(&j, '}');
    dk_json_close(&j, ']');
    dk_buffer_put(answer, "\n", 1);
    w->pictures++;
    return ended(answer, err);
}

static dk_status picture_turn(void *user, dk_error *err) {
    const question *q = user;
    dk_image *image = NULL;
    DK_TRY(decode(&image, q->post, err));
    const dk_status status = name_picture(q->work, image, q->answer, err);
    dk_image_free(image);
    return status == DK_OK ? measure(q->work, err) : status;
}

/* {"scene": the line of a demo's -json, "width", "height", "visitors", "milliseconds": since it came}. */
static dk_status name_frame(const question *q, const dk_image *image, dk_error *err) {
    work *w = q->work;
    const dk_scene *scene = NULL;
    dk_json j = {.out = q->answer};
    DK_TRY(dk_visitors_frame(w->visitors, q->post->visitor, image, q->came, &scene, err));
    const double now = dk_clock_now();
    dk_buffer scenes = {0};
    dk_scene_json(&scenes, scene);
    dk_buffer_add(q->answer, "{\"scene\":");
    dk_buffer_put(q->answer, scenes.text, scenes.failed ? 0 : scenes.size);
    q->answer->failed |= scenes.failed;
    dk_buffer_free(&scenes);
    dk_buffer_add(q->answer, ",\"about\":");
    dk_json_open(&j, NULL, '{');
    dk_json_int(&j, "width", image->w);
    dk_json_int(&j, "height", image->h);
    dk_json_int(&j, "visitors", dk_visitors_count(w->visitors, now));
    dk_json_fixed(&j, "milliseconds", 1e3 * (now - q->came), 1);
    dk_json_close(&j, '}');
    dk_buffer_add(q->answer, "}\n");
    w->frames++;
    return ended(q->answer, err);
}

static dk_status frame_turn(void *user, dk_error *err) {
    const question *q = user;
    dk_image *image = NULL;
    DK_TRY(decode(&image, q->post, err));
    const dk_status status = name_frame(q, image, err);
    dk_image_free(image);
    return status == DK_OK ? measure(q->work, err) : status;
}

static dk_status post_picture(void *user, const dk_post *post, dk_buffer *answer, dk_error *err) {
    work *w = user;
    question q = {.work = w, .post = post, .answer = answer, .came = dk_clock_now()};
    return dk_turns_take(w->turns, NULL, picture_turn, &q, err);
}

static dk_status post_frame(void *user, const dk_post *post, dk_buffer *answer, dk_error *err) {
    work *w = user;
    question q = {.work = w, .post = post, .answer = answer, .came = dk_clock_now()};
    return dk_turns_take(w->turns, post->visitor, frame_turn, &q, err);
}

/* ---- the page ---- */

static void describe(work *w) {
    dk_json j = {.out = &w->about};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "title", "Faces of your own camera");
    dk_json_text(
        &j, "intro",
        "Press Start: your browser sends pictures of your camera to this program, which follows every "
        "face in them and names what it shows. No picture is stored.");
    dk_json_text(&j, "thing", "face");
    dk_json_text(&j, "weights", dk_path_name(w->weights));
    dk_json_text(&j, "version", DK_VERSION);
    dk_json_bool(&j, "controls", false);
    dk_json_int(&j, "frame_bytes", FRAME);
    dk_json_int(&j, "picture_bytes", PICTURE);
    dk_classes_json(&j, w->data->names, w->data->conf.classes);
    dk_json_close(&j, '}');
}

static void list_pages(work *w) {
    static const dk_page_name files[FILES] = {DK_PAGE_camera_html, DK_PAGE_camera_js, DK_PAGE_faces_js,
                                              DK_PAGE_common_js,   DK_PAGE_style_css, DK_PAGE_icon_svg};
    const dk_page rows[] = {
        {.path = "/api/about", .type = "application/json", .text = w->about.text, .size = w->about.size},
        {.path = "/api/predict", .posted = post_picture, .most = PICTURE, .asks = true, .user = w},
        {.path = "/api/frame", .posted = post_frame, .most = FRAME, .asks = true, .user = w},
        {0},
    };
    for (int i = 0; i < FILES; i++) {
        w->pages[i] = dk_page_file(files[i]);
    }
    memcpy(w->pages + FILES, rows, sizeof rows);
}

/* ---- opening and closing ---- */

static dk_status open_network(work *w, dk_error *err) {
    const dk_call *call = w->call;
    const flags *f = call->flags;
    const dk_model_options model = dk_setup_model(call, &f->model, w->cfg, w->weights);
    dk_visitors_conf conf = {.data = w->data,
                             .margin = (float)f->face.margin,
                             .smooth = f->smooth,
                             .detect_every = f->detect_every};
    double temperature = 1;
    DK_TRY(dk_setup_finder(&conf.finder, call, &f->face, &f->model, err));
    DK_TRY(dk_setup_tta(&conf.tta, &f->face, err));
    DK_TRY(dk_sidecar_temperature(&temperature, call, w->weights, err));
    DK_TRY(dk_vision_threads(f->model.threads, err));
    DK_TRY(dk_still_open(&w->still, &conf.finder, &model, temperature, conf.margin, conf.tta, err));
    DK_TRY(call->task->fits(w->data, w->still.classifier->model.net, err));
    conf.classifier = w->still.classifier;
    return dk_visitors_open(&w->visitors, &conf, err);
}

static dk_status open_all(work *w, dk_error *err) {
    const dk_call *call = w->call;
    const flags *f = call->flags;
    const bool named = call->count > 0;
    w->cfg = named ? call->args[1] : "cfg/mobilenet.cfg";
    DK_TRY(dk_data_load(&w->data, named ? call->args[0] : "cfg/emotion.data", f->model.set.data, &call->log,
                        err));
    w->weights = call->count == 3 ? call->args[2] : NULL;
    DK_TRY(w->weights == NULL ? dk_demo_find_weights(&w->weights, w->cfg, w->data, call->arena, err) : DK_OK);
    DK_TRY(open_network(w, err));
    const size_t bytes = (size_t)w->data->conf.classes * sizeof *w->best;
    w->best = dk_arena_alloc(call->arena, bytes);
    if (w->best == NULL) {
        return dk_no_memory(err, bytes, "the answers");
    }
    DK_TRY(dk_feed_open(&w->metrics, err));
    DK_TRY(measure(w, err));
    DK_TRY(dk_turns_open(&w->turns, err));
    describe(w);
    DK_TRY(ended(&w->about, err));
    list_pages(w);
    return dk_server_open(&w->server, &f->http, &(dk_site){.pages = w->pages, .metrics = w->metrics},
                          &call->log, err);
}

static void close_all(work *w) {
    dk_server_close(w->server);
    dk_turns_close(w->turns);
    dk_feed_close(w->metrics);
    dk_visitors_close(w->visitors);
    dk_still_close(&w->still);
    dk_buffer_free(&w->about);
    dk_buffer_free(&w->text);
    dk_data_close(w->data);
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    if (f->http.address == NULL) {
        return dk_fail(err, DK_EUSAGE, "-http PORT is missing: where to serve, such as -http 8090");
    }
    if (call->count == 1) {
        return dk_fail(err, DK_EUSAGE, "%s: a cfg is wanted behind it", call->args[0]);
    }
    const atomic_int *const stop = dk_stop_on_signals();
    work w = {.call = call};
    dk_status status = open_all(&w, err);
    while (status == DK_OK && atomic_load(stop) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
    }
    close_all(&w);
    return status == DK_OK ? dk_fail(err, DK_ESTOPPED, "stopped") : status;
}

const dk_action dk_action_serve = {
    .name = "serve",
    .args = "[DATA CFG [WEIGHTS]]",
    .help = "name faces of visitors' cameras and pictures, by a page in the browser and by POST",
    .more =
        "Without DATA and CFG, or WEIGHTS: as `classifier demo`. The page of -http asks for the visitor's "
        "camera\n"
        "and draws what is found over it; a picture or a film can be dropped on it instead. Programs post a\n"
        "picture to /api/predict, which answers as `classifier predict -faces -json`, or the frames of a "
        "camera to\n"
        "/api/frame?visitor=NAME: docs/http.md. Browsers give the camera to http://localhost and to https "
        "alone.\n"
        "No picture is stored.\n",
    .min = 0,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
