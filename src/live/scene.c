/* Scenes as JSON on one line: once a frame, hundreds of times a second. */
#include "live/scene.h"

#include "base/json.h"

enum { DIGITS = 6 }; /* of a probability */

static void put_scores(dk_json *j, const dk_face *f, const dk_scene *scene) {
    if (f->label < 0 || !f->scores) {
        dk_json_null(j, "label");
        dk_json_null(j, "probability");
        dk_json_null(j, "scores");
        return;
    }
    dk_json_text(j, "label", scene->names[f->label]);
    dk_json_float(j, "probability", (double)f->scores[f->label], DIGITS);
    dk_json_open(j, "scores", '{');
    for (int i = 0; i < scene->classes; i++) {
        dk_json_float(j, scene->names[i], (double)f->scores[i], DIGITS);
    }
    dk_json_close(j, '}');
}

static void put_face(dk_json *j, const dk_face *f, const dk_scene *scene) {
    const float sides[] = {f->box.x, f->box.y, f->box.w, f->box.h};
    const char *const names[] = {"x", "y", "w", "h"};
    dk_json_open(j, NULL, '{');
    dk_json_int(j, "id", f->id);
    for (int i = 0; i < 4; i++) {
        dk_json_fixed(j, names[i], (double)sides[i], 1);
    }
    if (f->whole) {
        dk_json_bool(j, "whole", true);
    }
    if (f->coasting) {
        dk_json_bool(j, "coasting", true);
    }
    if (f->note) {
        dk_json_text(j, "note", f->note);
    }
    put_scores(j, f, scene);
    dk_json_close(j, '}');
}

void dk_scene_json(dk_buffer *out, const dk_scene *scene) {
    dk_json j = {.out = out};
    dk_json_open(&j, NULL, '{');
    dk_json_int(&j, "frame", scene->frame->number);
    dk_json_fixed(&j, "time", scene->frame->time, 3);
    if (scene->frame->name) {
        dk_json_text(&j, "file", scene->frame->name);
    }
    dk_json_open(&j, "faces", '[');
    for (int i = 0; i < scene->count; i++) {
        put_face(&j, &scene->faces[i], scene);
    }
    dk_json_close(&j, ']');
    dk_json_close(&j, '}');
}
