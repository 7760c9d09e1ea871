#include "app/task/asked.h"

#include <stdio.h>
#include <unistd.h>

#include "app/process.h"
#include "app/say.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/log.h"

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
    const bool ask = a->prompts && isatty(STDIN_FILENO) == 1;
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

dk_status dk_asked_run(dk_asked *a, dk_error *err) {
    if (a->call->count == a->first) {
        return take_stdin(a, err);
    }
    for (int i = a->first; i < a->call->count; i++) {
        DK_TRY(take_path(a, a->call->args[i], err));
    }
    return DK_OK;
}

dk_status dk_asked_end(const dk_asked *a, dk_error *err) {
    return a->bad > 0 ? dk_fail(err, DK_EIO, "%d of %d pictures could not be read", a->bad, a->done) : DK_OK;
}
