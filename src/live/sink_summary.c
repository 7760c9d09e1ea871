/* -summary: sums for the caller, who prints them. */
#include "base/file.h"
#include "live/sink.h"
#include "live/summary.h"

static dk_status open_summary(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)value;
    *self = c->outputs->summary;
    if (c->source->stills) {
        return dk_fail(err, DK_EUSAGE,
                       "-summary is of films and cameras; pictures have no time (-json, -csv)");
    }
    DK_TRY(dk_folder_make(c->outputs->results, err)); /* where the caller will put it: told before the work */
    *c->outputs->summary = (dk_summary){.classes = c->classes, .live = c->source->live};
    return DK_OK;
}

static dk_status frame(void *self, const dk_scene *scene, dk_error *err) {
    return dk_summary_add(self, scene, err);
}

static dk_status close_summary(void *self, dk_error *err) {
    (void)self, (void)err;
    return DK_OK;
}

const dk_sink_kind dk_sink_summary = {
    .flag = "summary",
    .help = "tell at the end how long each face showed what, and draw it over time",
    .open = open_summary,
    .frame = frame,
    .close = close_summary};
