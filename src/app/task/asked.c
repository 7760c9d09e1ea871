#include "app/task/asked.h"

#include <stdio.h>
#include <unistd.h>

#include "app/json.h"
#include "app/process.h"
#include "app/say.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/log.h"
#include "run/task.h"

enum { FIRST = 3 }; /* argument that is the first picture */

/* A picture that cannot be read is told and counted; other failures end the work. */
static dk_status take_file(void *user, const char *path, dk_error *err) {
    dk_asked *a = user;
    dk_image *image = NULL;
    a->done++;
    if (dk_image_load(&image, path, err) != DK_OK) {
        dk_warn(&a->call->log, "%s", err->text);
        a->bad++;
        return DK_OK;
    }
    const dk_status status = a->answer(a->user, path, image, err);
    dk_image_free(image);
    return status == DK_OK ? dk_stdout_flush(err) : status;
}

static dk_status take_found(void *user, const char *path, dk_error *err) {
    dk_asked *a = user;
    return dk_image_found(path, &a->unread) ? take_file(a, path, err) : DK_OK;
}

static dk_status take_path(dk_asked *a, const char *path, dk_error *err) {
    const int before = a->done;
    if (!dk_path_is_folder(path)) {
        return take_file(a, path, err);
    }
    a->unread = (dk_unread){0};
    DK_TRY(dk_folder_walk_numbered(path, take_found, a, err));
    dk_unread_warn(&a->unread, path, &a->call->log);
    if (a->done == before) {
        dk_warn(&a->call->log, "%s: no picture (%s) in this folder", path, dk_image_endings);
        a->done++;
        a->bad++;
    }
    return DK_OK;
}

static dk_status take_stdin(dk_asked *a, dk_error *err) {
    dk_lines *lines = NULL;
    DK_TRY(dk_lines_open(&lines, STDIN_FILENO, "stdin", "each line is the path of a picture", err));
    dk_status status = DK_OK;
    const bool ask = !a->as_json && isatty(STDIN_FILENO) == 1;
    while (status == DK_OK) {
        char *line = NULL;
        if (ask) {
            dk_say("Enter Image Path: ");
            fflush(stdout);
        }
        status = dk_lines_next(lines, &line, err);
        if (line == NULL) {
            break;
        }
        if (line[0]) {
            status = take_path(a, line, err);
        }
    }
    dk_lines_close(lines);
    return status;
}

static dk_status take_all(dk_asked *a, dk_error *err) {
    if (a->call->count == FIRST) {
        return take_stdin(a, err);
    }
    for (int i = FIRST; i < a->call->count; i++) {
        DK_TRY(take_path(a, a->call->args[i], err));
    }
    return DK_OK;
}

dk_status dk_asked_net(dk_asked *a, double temperature, dk_error *err) {
    const dk_call *const call = a->call;
    const dk_model_options options = dk_setup_model(call, a->flags, call->args[1], call->args[2]);
    DK_TRY(dk_predictor_open(&a->predictor, &options, 0, temperature, err));
    DK_TRY(call->task->fits(a->data, a->predictor->model.net, err));
    DK_TRY(dk_predictor_warm(a->predictor, err));
    const size_t bytes = a->predictor->outputs * sizeof *a->answers;
    a->answers = dk_arena_alloc(call->arena, bytes);
    return a->answers != NULL ? DK_OK : dk_no_memory(err, bytes, "the answers");
}

void dk_asked_head(dk_json *j, const char *path, const dk_image *image, double milliseconds) {
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "file", path);
    dk_json_int(j, "width", image->w);
    dk_json_int(j, "height", image->h);
    dk_json_float(j, "milliseconds", milliseconds, DK_JSON_FLOAT);
}

void dk_asked_begin(dk_asked *a, const char *path, const dk_image *image, double milliseconds) {
    if (a->json.out == NULL) {
        dk_say("%s: Predicted in %lf milli-seconds.\n", path, milliseconds);
    } else {
        dk_asked_head(&a->json, path, image, milliseconds);
    }
}

void dk_asked_named(dk_json *j, const char *name, const char *key, double value) {
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "name", name);
    dk_json_float(j, key, value, DK_JSON_FLOAT);
    dk_json_close(j, '}');
}

static dk_status run(dk_asked *a, dk_error *err) {
    DK_TRY(dk_data_load(&a->data, a->call->args[0], a->flags->set.data, &a->call->log, err));
    DK_TRY(a->open != NULL ? a->open(a->user, err) : dk_asked_net(a, 1, err));
    if (a->as_json) {
        a->json = (dk_json){.out = &a->text, .lines = true};
        dk_json_open(&a->json, NULL, '[');
    }
    DK_TRY(take_all(a, err));
    if (a->as_json) {
        dk_json_close(&a->json, ']');
        DK_TRY(dk_json_print(&a->text, err));
    }
    return a->bad > 0 ? dk_fail(err, DK_EIO, "%d of %d pictures could not be read", a->bad, a->done) : DK_OK;
}

dk_status dk_asked_run(dk_asked *a, dk_error *err) {
    const dk_status status = run(a, err);
    dk_buffer_free(&a->text);
    dk_predictor_close(a->predictor);
    dk_data_close(a->data);
    return status;
}
