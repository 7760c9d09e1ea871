/* What is written of a scene, films in time, keys, and sums. */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

#include "live/sink.h"
#include "live/summary.h"
#include "support/temp.h"

static const char *const names[] = {"glad", "Ärger \"x\"\n"};
static const float scores[] = {.25f, .75f};

static cJSON *json(const dk_face *faces, int count, const char *file) {
    const dk_frame frame = {.w = 4, .h = 3, .number = 7, .time = .28, .name = file};
    const dk_scene scene = {.frame = &frame, .faces = faces, .count = count, .names = names, .classes = 2};
    dk_buffer text = {0};
    dk_scene_json(&text, &scene);
    cr_assert(!text.failed && memchr(text.text, '\n', text.size) == NULL, "one line");
    cJSON *root = cJSON_ParseWithLength(text.text, text.size);
    cr_assert_not_null(root, "%.*s", (int)text.size, text.text);
    dk_buffer_free(&text);
    return root;
}

static double number(const cJSON *o, const char *key) {
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(o, key);
    cr_assert(cJSON_IsNumber(n), "%s", key);
    return n->valuedouble;
}

Test(live_scene, json_has_all_of_a_face) {
    const dk_face face = {.id = 3, .box = {1.5f, 2, 30, 31}, .label = 1, .scores = scores};
    cJSON *root = json(&face, 1, NULL);
    cr_expect_eq(number(root, "frame"), 7);
    cr_expect_float_eq(number(root, "time"), .28, 1e-9);
    cr_expect(!cJSON_HasObjectItem(root, "file"));
    const cJSON *f = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "faces"), 0);
    cr_expect(number(f, "id") == 3 && number(f, "x") == 1.5 && number(f, "y") == 2 && number(f, "h") == 31);
    cr_expect_str_eq(cJSON_GetObjectItem(f, "label")->valuestring, names[1]);
    cr_expect_eq(number(f, "probability"), .75);
    cr_expect_eq(number(cJSON_GetObjectItem(f, "scores"), names[0]), .25);
    cr_expect(!cJSON_HasObjectItem(f, "whole") && !cJSON_HasObjectItem(f, "note") &&
              !cJSON_HasObjectItem(f, "coasting"));
    cJSON_Delete(root);
}

Test(live_scene, json_of_what_is_not_named) {
    const dk_face faces[] = {{.id = 1, .label = -1, .note = "too dark"},
                             {.id = 2, .label = -1, .coasting = true},
                             {.id = 3, .label = 0, .scores = scores, .whole = true}};
    cJSON *root = json(faces, 3, "a \"b\"\\\xff\t.png");
    cr_expect_str_eq(cJSON_GetObjectItem(root, "file")->valuestring, "a \"b\"\\\xef\xbf\xbd\t.png");
    const cJSON *list = cJSON_GetObjectItem(root, "faces");
    cr_expect_eq(cJSON_GetArraySize(list), 3);
    cr_expect(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "label")));
    cr_expect_str_eq(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "note")->valuestring, "too dark");
    cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 1), "coasting")));
    cr_expect(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 2), "whole")));
    cJSON_Delete(root);
    root = json(NULL, 0, NULL);
    cr_expect_eq(cJSON_GetArraySize(cJSON_GetObjectItem(root, "faces")), 0);
    cJSON_Delete(root);
}

/* ---- keys ---- */

Test(live_scene, keys_turn_states_over) {
    dk_ui ui = {.bars = true};
    dk_ui_key(&ui, 'b');
    dk_ui_key(&ui, 'p');
    dk_ui_key(&ui, 'm');
    dk_ui_key(&ui, 'h');
    dk_ui_key(&ui, ' ');
    dk_ui_key(&ui, 'r');
    cr_expect(!ui.bars && ui.pixelate && ui.mirror && ui.help && ui.paused && ui.record && !ui.quit);
    dk_ui_key(&ui, 'p');
    dk_ui_key(&ui, 'x');
    dk_ui_key(&ui, -1);
    cr_expect(!ui.pixelate && !ui.quit);
    const int ends[] = {'q', 27, -2};
    for (int i = 0; i < 3; i++) {
        dk_ui end = {0};
        dk_ui_key(&end, ends[i]);
        cr_expect(end.quit, "%d", ends[i]);
    }
}

/* ---- sums ---- */

static void add(dk_summary *s, double time, int id, int label) {
    const dk_frame frame = {.time = time};
    const dk_face face = {.id = id, .label = label, .scores = label >= 0 ? scores : NULL};
    const dk_scene scene = {.frame = &frame, .faces = &face, .count = 1, .names = names, .classes = 2};
    cr_assert_eq(dk_summary_add(s, &scene, NULL), DK_OK);
}

Test(live_scene, seconds_of_each_label_by_face) {
    dk_summary s = {.classes = 2};
    for (int i = 0; i <= 100; i++) {
        add(&s, i * .1, i < 50 ? 1 : 2, i < 20 ? -1 : i < 70 ? 1 : 0);
    }
    cr_assert_eq(s.count, 2);
    cr_expect_float_eq(s.faces[0].unnamed, 1.9, 1e-6);
    cr_expect_float_eq(s.faces[0].seconds[1], 3, 1e-6);
    cr_expect_float_eq(s.faces[1].seconds[1], 2, 1e-6);
    cr_expect_float_eq(s.faces[1].seconds[0], 3.1, 1e-6);
    cr_expect_float_eq(s.faces[1].first, 5, 1e-6);
    dk_summary_free(&s);
}

Test(live_scene, bins_grow_wider_and_lose_nothing) {
    dk_summary s = {.classes = 2};
    double weight = 0, sum = 0;
    for (int i = 0; i <= 6000; i++) { /* ten minutes */
        add(&s, i * .1, 1, 1);
    }
    for (int b = 0; b < DK_SUMMARY_BINS; b++) {
        weight += (double)s.faces[0].weight[b];
        sum += (double)s.faces[0].bins[b * 2 + 1];
    }
    cr_expect_gt(s.width * DK_SUMMARY_BINS, 600);
    cr_expect_float_eq(weight, 600, .5);
    cr_expect_float_eq(sum, 450, .5);
    dk_summary_free(&s);
}

Test(live_scene, a_name_is_given_once, .init = temp_enter, .fini = temp_leave) {
    char path[64];
    dk_error err = {0};
    const char *const wanted[] = {"a/b/demo-1.png", "a/b/demo-2.png", "a/b/demo-4.png"};
    temp_write("a/b/demo-3.png", "there");
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(dk_sink_free_name(path, sizeof path, "a/b", ".png", &err), DK_OK, "%s", err.text);
        cr_expect_str_eq(path, wanted[i]);
    }
    cr_expect_eq(dk_sink_free_name(path, sizeof path, "a/b", ".mp4", &err), DK_OK, "%s", err.text);
    cr_expect_str_eq(path, "a/b/demo-1.mp4");
    char *kept = temp_read("a/b/demo-3.png");
    cr_expect_str_eq(kept, "there");
    free(kept);
}

Test(live_scene, sources_by_their_names) {
    cr_expect(dk_capture_is_camera("0") && !dk_capture_is_file("0"));
    cr_expect(!dk_capture_is_camera("rtsp://1") && !dk_capture_is_file("rtsp://1"));
    cr_expect(!dk_capture_is_camera("0.mp4") && dk_capture_is_file("0.mp4"));
    cr_expect(dk_capture_is_camera("/dev/video12") && !dk_capture_is_file("/dev/video12"));
    cr_expect(dk_capture_is_camera("/dev/v4l/by-id/usb-cam-index0"));
    cr_expect(!dk_capture_is_camera("/dev/null") && !dk_capture_is_camera("/dev/video.mp4"));
    cr_expect(dk_capture_is_file("12:30:05.mp4") && dk_capture_is_film("12:30:05.mp4"));
    cr_expect(dk_capture_is_film("https://host/a.WebM?x=1") && !dk_capture_is_film("http://host/a.mjpg"));
    cr_expect_str_eq(dk_capture_name("file:///a b.mp4"), "/a b.mp4");
    cr_expect_str_eq(dk_capture_name("http://file://"), "http://file://");
}

typedef struct {
    const char *source, *shown;
    bool hint;
} address;

Test(live_scene, no_password_is_shown) {
    static const address rows[] = {
        {"http://user:s3cret@host:9/cam?x=1", "http://user:***@host:9/cam?x=1", false},
        {"rtsp://admin:pa#s3cret@host/live", "rtsp://admin:***@host/live", true},
        {"rtsp://admin:s3/cr?et@host/live", "rtsp://admin:***@host/live", true},
        {"rtsp://admin:p@s3cret@host/live", "rtsp://admin:***@host/live", false},
        {"rtsp://admin:s3cret%@host/live", "rtsp://admin:***@host/live", true},
        {"rtsp://admin:s3cret%23@host/live", "rtsp://admin:***@host/live", false},
        {"rtsp://admin@host/live", "rtsp://admin@host/live", false},
        {"http://host:8080/a?user=me&Pwd=s3cret&token=s3cret#f",
         "http://host:8080/a?user=me&Pwd=***&token=***#f", false},
        {"OpenCV(4.6) cannot open http://a:s3cret@host/x", "OpenCV(4.6) cannot open http://a:***@host/x",
         false},
        {"user:s3cret@file.mp4", "user:s3cret@file.mp4", false}, /* a file */
        {"", "", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char shown[DK_SHOWN], cut[8];
        dk_capture_shown(shown, sizeof shown, rows[i].source);
        cr_expect_str_eq(shown, rows[i].shown);
        cr_expect_eq(dk_capture_hint(rows[i].source)[0] != 0, rows[i].hint, "%s", rows[i].source);
        dk_capture_shown(cut, sizeof cut, rows[i].source);
        cr_expect(strlen(cut) < sizeof cut && strncmp(cut, shown, strlen(cut)) == 0, "%s", cut);
    }
}

/* Ten minutes of a time lapse at a frame a minute: its frames stay that long. A camera with such gaps broke off. */
Test(live_scene, a_frame_of_a_film_stands_for_the_time_until_the_next) {
    dk_summary film = {.classes = 2}, camera = {.classes = 2, .live = true};
    for (int i = 0; i <= 10; i++) {
        add(&film, i * 60., 1, 1);
        add(&camera, i * 60., 1, 1);
    }
    cr_expect_float_eq(film.faces[0].seconds[1], 600, 1e-6);
    cr_expect_float_eq(camera.faces[0].seconds[1], 10, 1e-6);
    add(&film, 700, 2, 0);
    cr_expect_float_eq(film.faces[1].seconds[0], 1, 1e-6, "nobody is there before he came");
    dk_summary_free(&film);
    dk_summary_free(&camera);
}
