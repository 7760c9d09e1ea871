/* -out FILE.png or .jpg of a single picture, and snapshots on the key s or from the page: results/demo-N.png with its
 * JSON. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "image/image.h"
#include "live/sink.h"

enum { QUALITY = 92 };

static dk_status save(const dk_frame *frame, const char *path, dk_error *err) {
    dk_image *image = NULL;
    DK_TRY(dk_frame_to_image(&image, frame, err));
    const dk_status status = dk_text_ends(path, ".png") ? dk_image_save_png(image, path, err)
                                                        : dk_image_save_jpeg(image, path, QUALITY, err);
    dk_image_free(image);
    return status;
}

/* ---- -out ---- */

static bool picture_wanted(const dk_sink_context *c, const char *out) {
    (void)c;
    return out != NULL && dk_image_written(out);
}

static dk_status picture_open(void **self, const dk_sink_context *c, const char *out, dk_error *err) {
    *self = (void *)out;
    if (!c->source->stills || c->source->count != 1) {
        return dk_fail(err, DK_EUSAGE, "-out %s: one picture is written of one picture only; give FILE.mp4",
                       out);
    }
    return dk_writer_probe(out, err); /* a file that cannot be written is told before the work */
}

static dk_status picture_frame(void *self, const dk_scene *scene, dk_error *err) {
    return save(scene->drawn, self, err);
}

static dk_status nothing_to_close(void *self, dk_error *err) {
    (void)self, (void)err;
    return DK_OK;
}

const dk_sink_kind dk_sink_picture = {.flag = "out",
                                      .draws = true,
                                      .wanted = picture_wanted,
                                      .open = picture_open,
                                      .frame = picture_frame,
                                      .close = nothing_to_close};

/* ---- snapshots ---- */

static bool snapshot_wanted(const dk_sink_context *c, const char *value) {
    (void)value;
    return c->outputs->window || (c->outputs->http.address != NULL && c->outputs->http.token != NULL);
}

static dk_status snapshot_open(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)value, (void)err;
    *self = (void *)c;
    return DK_OK;
}

static dk_status save_json(const dk_scene *scene, const char *path, dk_error *err) {
    dk_buffer text = {0};
    dk_scene_json(&text, scene);
    dk_buffer_put(&text, "\n", 1);
    const dk_status status =
        text.failed ? dk_no_memory(err, text.room, path) : dk_file_write(path, text.text, text.size, err);
    dk_buffer_free(&text);
    return status;
}

static dk_status snapshot_show(void *self, const dk_scene *scene, dk_error *err) {
    const dk_sink_context *c = self;
    char path[4096];
    if (!c->ui->snapshot) {
        return DK_OK;
    }
    c->ui->snapshot = false;
    DK_TRY(dk_sink_free_name(path, sizeof path - 8, c->outputs->results, ".png", err));
    const dk_status status = save(scene->drawn, path, err);
    if (status != DK_OK) {
        unlink(path); /* only its name was taken */
        return status;
    }
    dk_ui_say(c->ui, "saved %s and .json", path);
    dk_note(&c->log, "saved %s and .json", path);
    strcpy(path + strlen(path) - 4, ".json");
    return save_json(scene, path, err);
}

const dk_sink_kind dk_sink_snapshot = {.draws = true,
                                       .wanted = snapshot_wanted,
                                       .open = snapshot_open,
                                       .show = snapshot_show,
                                       .close = nothing_to_close};
