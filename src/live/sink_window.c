/* The window and its keys. */
#include <stdlib.h>

#include "base/arena.h"
#include "live/sink.h"
#include "vision/vision.h"

typedef struct {
    dk_window *window;
    dk_ui *ui;
} shown;

static bool wanted(const dk_sink_context *c, const char *value) {
    (void)value;
    return c->outputs->window;
}

static dk_status open_window(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)value;
    shown *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "the window");
    }
    s->ui = c->ui;
    const dk_status status = dk_window_open(&s->window, "darknet", err);
    if (status != DK_OK) {
        free(s);
        return status;
    }
    *self = s;
    return DK_OK;
}

static dk_status show(void *self, const dk_scene *scene, dk_error *err) {
    shown *s = self;
    DK_TRY(dk_window_show(s->window, scene->drawn, err));
    dk_ui_key(s->ui, dk_window_key(s->window, 1));
    return DK_OK;
}

static dk_status close_window(void *self, dk_error *err) {
    shown *s = self;
    (void)err;
    dk_window_close(s->window);
    free(s);
    return DK_OK;
}

const dk_sink_kind dk_sink_window = {
    .draws = true, .wanted = wanted, .open = open_window, .show = show, .close = close_window};
