/* -out FILE.mp4 (and other films), and what the key r records into results/demo-N.mp4. */
#include <stdlib.h>

#include "base/arena.h"
#include "image/image.h"
#include "live/film.h"
#include "live/sink.h"

typedef struct {
    const dk_sink_context *context;
    dk_recorder recorder;
    bool running;
} film;

static bool wanted(const dk_sink_context *c, const char *out) {
    return c->outputs->window || (out != NULL && !dk_image_written(out));
}

static dk_status begin(film *f, const char *path, dk_error *err) {
    DK_TRY(dk_recorder_open(&f->recorder, path, f->context->source, err));
    f->running = true;
    f->context->ui->record = true;
    return DK_OK;
}

/* "saved named.mp4: 149 frames at 30/s, 5.0 s" */
static void tell(const film *f) {
    const dk_recorder *r = &f->recorder;
    const double fps = dk_rate_value(r->rate);
    dk_ui_say(f->context->ui, "saved %s", r->path);
    dk_note(&f->context->log, "saved %s: %ld frame%s at %.4g/s, %.1f s", r->path, r->written,
            r->written == 1 ? "" : "s", fps, (double)r->written / fps);
    if (r->codec != r->container->codecs[0]) {
        dk_note(&f->context->log,
                "%s holds %s, which browsers do not show: libavcodec here has no encoder for %s", r->path,
                dk_codec_name(r->codec), dk_codec_name(r->container->codecs[0]));
    }
}

static dk_status end(film *f, dk_error *err) {
    f->running = false;
    DK_TRY(dk_recorder_close(&f->recorder, err));
    if (f->recorder.written > 0 && !f->recorder.broken) {
        tell(f);
    }
    return DK_OK;
}

static dk_status open_film(void **self, const dk_sink_context *c, const char *out, dk_error *err) {
    film *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return dk_no_memory(err, sizeof *f, "the film");
    }
    f->context = c;
    const dk_status status = out != NULL && !dk_image_written(out) ? begin(f, out, err) : DK_OK;
    if (status != DK_OK) {
        free(f);
        return status;
    }
    *self = f;
    return DK_OK;
}

/* The key r has turned ui->record over. */
static dk_status follow_key(film *f, dk_error *err) {
    char path[4096];
    if (f->context->ui->record && !f->running) {
        DK_TRY(dk_sink_free_name(path, sizeof path, f->context->outputs->results, ".mp4", err));
        return begin(f, path, err);
    }
    return !f->context->ui->record && f->running ? end(f, err) : DK_OK;
}

static dk_status frame(void *self, const dk_scene *scene, dk_error *err) {
    film *f = self;
    DK_TRY(follow_key(f, err));
    if (!f->running) {
        return DK_OK;
    }
    dk_frame shown = *scene->drawn; /* its pixels stay where they are */
    if (f->context->source->stills) {
        shown.time = (double)shown.number; /* a second each, by their rate */
    }
    return dk_recorder_frame(&f->recorder, &shown, err);
}

static dk_status close_film(void *self, dk_error *err) {
    film *f = self;
    const dk_status status = f->running ? end(f, err) : DK_OK;
    free(f);
    return status;
}

const dk_sink_kind dk_sink_film = {.flag = "out",
                                   .value = "FILE",
                                   .help = "write a film or, of one picture, a picture",
                                   .draws = true,
                                   .wanted = wanted,
                                   .open = open_film,
                                   .frame = frame,
                                   .close = close_film};
