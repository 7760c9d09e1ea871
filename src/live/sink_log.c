/* -json: one object a line and frame. -csv: one line a face and frame. Lines are written whole, one at a time, so that a
 * program can follow them and a stop leaves no half of one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "live/sink.h"

typedef struct {
    FILE *f;
    const char *path;
    dk_buffer line;
} lines;

static dk_status fail(const lines *l, dk_error *err) {
    return dk_fail_errno(err, "cannot write '%s'", l->path);
}

static dk_status close_lines(void *self, dk_error *err) {
    lines *l = self;
    dk_status status = DK_OK;
    if (fclose(l->f) != 0) {
        status = fail(l, err);
    }
    dk_buffer_free(&l->line);
    free(l);
    return status;
}

/* Writes what stands in the buffer. */
static dk_status put(lines *l, dk_error *err) {
    const dk_buffer *b = &l->line;
    if (b->failed) {
        return dk_no_memory(err, b->room, "a line of the log");
    }
    if (fwrite(b->text, 1, b->size, l->f) != b->size || fflush(l->f) != 0) {
        return fail(l, err);
    }
    l->line.size = 0;
    return DK_OK;
}

/* An empty file that no other demo writes; −1 with errno. Devices and pipes are as they are. */
static int open_alone(const char *path) {
    struct stat info;
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return fd;
    }
    if ((flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) || ftruncate(fd, 0) != 0) {
        const int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

static dk_status open_lines(void **self, const char *path, dk_error *err) {
    lines *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return dk_no_memory(err, sizeof *l, path);
    }
    l->path = path;
    const int fd = open_alone(path);
    l->f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (l->f == NULL) {
        const dk_status status =
            errno == EWOULDBLOCK ? dk_fail(err, DK_EIO, "cannot write '%s': another program writes it", path)
                                 : fail(l, err);
        if (fd >= 0) {
            close(fd);
        }
        free(l);
        return status;
    }
    *self = l;
    return DK_OK;
}

/* ---- JSON ---- */

static dk_status json_open(void **self, const dk_sink_context *c, const char *path, dk_error *err) {
    (void)c;
    return open_lines(self, path, err);
}

static dk_status json_frame(void *self, const dk_scene *scene, dk_error *err) {
    lines *l = self;
    dk_scene_json(&l->line, scene);
    dk_buffer_put(&l->line, "\n", 1);
    return put(l, err);
}

const dk_sink_kind dk_sink_json = {.flag = "json",
                                   .value = "FILE",
                                   .help = "write a line of JSON for each frame",
                                   .open = json_open,
                                   .frame = json_frame,
                                   .close = close_lines};

/* ---- CSV ---- */

static dk_status csv_open(void **self, const dk_sink_context *c, const char *path, dk_error *err) {
    DK_TRY(open_lines(self, path, err));
    lines *l = *self;
    dk_buffer_add(&l->line, "frame,time,file,id,x,y,w,h,whole,coasting,note,label,probability");
    for (int i = 0; i < c->classes; i++) {
        dk_buffer_add(&l->line, ",");
        dk_csv_put(&l->line, c->names[i]);
    }
    dk_buffer_add(&l->line, "\n");
    const dk_status status = put(l, err);
    if (status != DK_OK) {
        (void)close_lines(l, NULL);
    }
    return status;
}

static void csv_face(dk_buffer *out, const dk_scene *scene, const dk_face *f) {
    dk_buffer_add(out, "%ld,%.3f,", scene->frame->number, scene->frame->time);
    dk_csv_put(out, scene->frame->name ? scene->frame->name : "");
    dk_buffer_add(out, ",%d,%.1f,%.1f,%.1f,%.1f,%d,%d,", f->id, (double)f->box.x, (double)f->box.y,
                  (double)f->box.w, (double)f->box.h, f->whole, f->coasting);
    dk_csv_put(out, f->note ? f->note : "");
    const bool named = f->label >= 0 && f->scores;
    dk_buffer_add(out, ",");
    dk_csv_put(out, named ? scene->names[f->label] : "");
    if (named) {
        dk_buffer_add(out, ",%.6g", (double)f->scores[f->label]);
    } else {
        dk_buffer_add(out, ",");
    }
    for (int i = 0; i < scene->classes; i++) {
        dk_buffer_add(out, ",");
        if (named) {
            dk_buffer_add(out, "%.6g", (double)f->scores[i]);
        }
    }
    dk_buffer_add(out, "\n");
}

static dk_status csv_frame(void *self, const dk_scene *scene, dk_error *err) {
    lines *l = self;
    for (int i = 0; i < scene->count; i++) {
        csv_face(&l->line, scene, &scene->faces[i]);
    }
    return scene->count > 0 ? put(l, err) : DK_OK;
}

const dk_sink_kind dk_sink_csv = {.flag = "csv",
                                  .value = "FILE",
                                  .help = "write a line of CSV for each face and frame",
                                  .open = csv_open,
                                  .frame = csv_frame,
                                  .close = close_lines};
