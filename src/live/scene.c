/* Scenes as JSON, written straight into a buffer: once a frame, hundreds of times a second. */
#include "live/scene.h"

#include <string.h>

/* A JSON string; bytes that are no UTF-8 become U+FFFD. */
static void put_text(dk_buffer *out, const char *text) {
    dk_buffer_put(out, "\"", 1);
    for (const char *s = text; *s;) {
        const int n = dk_text_character(s);
        if (*s == '"' || *s == '\\') {
            dk_buffer_add(out, "\\%c", *s);
        } else if (n == 1 && *s < 0x20) {
            dk_buffer_add(out, "\\u%04x", (unsigned)*s);
        } else if (n == 0) {
            dk_buffer_add(out, "\\ufffd");
        } else {
            dk_buffer_put(out, s, (size_t)n);
        }
        s += n > 0 ? n : 1;
    }
    dk_buffer_put(out, "\"", 1);
}

static void put_face(dk_buffer *out, const dk_face *f, const dk_scene *scene) {
    dk_buffer_add(out, "{\"id\":%d,\"x\":%.1f,\"y\":%.1f,\"w\":%.1f,\"h\":%.1f", f->id, (double)f->box.x,
                  (double)f->box.y, (double)f->box.w, (double)f->box.h);
    if (f->whole) {
        dk_buffer_add(out, ",\"whole\":true");
    }
    if (f->coasting) {
        dk_buffer_add(out, ",\"coasting\":true");
    }
    if (f->note) {
        dk_buffer_add(out, ",\"note\":");
        put_text(out, f->note);
    }
    if (f->label < 0 || !f->scores) {
        dk_buffer_add(out, ",\"label\":null,\"probability\":null,\"scores\":null}");
        return;
    }
    dk_buffer_add(out, ",\"label\":");
    put_text(out, scene->names[f->label]);
    dk_buffer_add(out, ",\"probability\":%.6g,\"scores\":{", (double)f->scores[f->label]);
    for (int i = 0; i < scene->classes; i++) {
        dk_buffer_add(out, "%s", i > 0 ? "," : "");
        put_text(out, scene->names[i]);
        dk_buffer_add(out, ":%.6g", (double)f->scores[i]);
    }
    dk_buffer_add(out, "}}");
}

void dk_scene_json(dk_buffer *out, const dk_scene *scene) {
    dk_buffer_add(out, "{\"frame\":%ld,\"time\":%.3f", scene->frame->number, scene->frame->time);
    if (scene->frame->name) {
        dk_buffer_add(out, ",\"file\":");
        put_text(out, scene->frame->name);
    }
    dk_buffer_add(out, ",\"faces\":[");
    for (int i = 0; i < scene->count; i++) {
        dk_buffer_add(out, "%s", i > 0 ? "," : "");
        put_face(out, &scene->faces[i], scene);
    }
    dk_buffer_add(out, "]}");
}
