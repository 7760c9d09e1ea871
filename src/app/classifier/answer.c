#include "app/classifier/answer.h"

#include "app/task/asked.h"
#include "run/metrics.h"

void dk_answer_best(dk_json *j, const dk_data *data, const float *scores, int k, int *best) {
    dk_top_k(scores, data->conf.classes, k, best);
    dk_json_open(j, "predictions", '[');
    for (int i = 0; i < k; i++) {
        dk_asked_named(j, data->names[best[i]], "probability", (double)scores[best[i]]);
    }
    dk_json_close(j, ']');
}

static void add_face(dk_json *j, const dk_data *data, const dk_face *f, int k, int *best) {
    const float sides[] = {f->box.x, f->box.y, f->box.w, f->box.h};
    const char *const names[] = {"x", "y", "w", "h"};
    dk_json_open(j, NULL, '{');
    for (int i = 0; i < 4; i++) {
        dk_json_float(j, names[i], (double)sides[i], DK_JSON_FLOAT);
    }
    if (f->whole) {
        dk_json_bool(j, "whole", true);
    }
    if (f->note) {
        dk_json_text(j, "note", f->note);
    } else {
        dk_answer_best(j, data, f->scores, k, best);
    }
    dk_json_close(j, '}');
}

void dk_answer_faces(dk_json *j, const dk_data *data, const dk_still *still, int k, int *best) {
    dk_json_open(j, "faces", '[');
    for (int i = 0; i < still->count; i++) {
        add_face(j, data, &still->faces[i], k, best);
    }
    dk_json_close(j, ']');
}
