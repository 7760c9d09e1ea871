/* Lines for people. */
#include "app/classifier/demo_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/process.h"
#include "app/say.h"
#include "base/arena.h"
#include "base/log.h"

/* ---- answers as lines ---- */

typedef struct {
    int id, label;
    const char *note;
} told;

typedef struct {
    const dk_sink_context *context;
    told faces[256];
    int count;
} lines;

static dk_status open_lines(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)value;
    lines *l = calloc(1, sizeof *l);
    if (!l) {
        return dk_no_memory(err, sizeof *l, "the answers");
    }
    l->context = c;
    *self = l;
    return DK_OK;
}

static void print_face(const dk_scene *scene, const dk_face *f) {
    if (scene->frame->name) {
        dk_say("%s: ", scene->frame->name);
    } else {
        dk_say("%.2f s: ", scene->frame->time);
    }
    if (f->whole) {
        dk_say("no face; the whole picture: ");
    } else {
        dk_say("face %d at %.0f,%.0f of %.0fx%.0f: ", f->id, (double)f->box.x, (double)f->box.y,
               (double)f->box.w, (double)f->box.h);
    }
    if (f->label >= 0 && f->scores) {
        dk_say("%s %.0f %%\n", scene->names[f->label], 100 * (double)f->scores[f->label]);
    } else {
        dk_say("%s\n", f->note ? f->note : "not named yet");
    }
}

static bool changed(const told *t, const dk_face *f) {
    const bool notes = (t->note == NULL) != (f->note == NULL) || (t->note && strcmp(t->note, f->note) != 0);
    return t->label != f->label || notes;
}

static const told *find(const told *faces, int count, int id) {
    for (int i = 0; i < count; i++) {
        if (faces[i].id == id) {
            return &faces[i];
        }
    }
    return NULL;
}

static bool there(const dk_scene *scene, int id) {
    for (int i = 0; i < scene->count; i++) {
        if (scene->faces[i].id == id) {
            return true;
        }
    }
    return false;
}

static dk_status print_scene(void *self, const dk_scene *scene, dk_error *err) {
    lines *l = self;
    told now[256];
    int count = 0;
    for (int i = 0; i < l->count && !scene->frame->name; i++) {
        if (!there(scene, l->faces[i].id)) {
            dk_say("%.2f s: face %d has left\n", scene->frame->time, l->faces[i].id);
        }
    }
    for (int i = 0; i < scene->count && count < 256; i++) {
        const dk_face *f = &scene->faces[i];
        const told *before = find(l->faces, l->count, f->id);
        if (!before || changed(before, f)) {
            print_face(scene, f);
        }
        now[count++] = (told){.id = f->id, .label = f->label, .note = f->note};
    }
    memcpy(l->faces, now, (size_t)count * sizeof *now);
    l->count = count;
    return dk_stdout_flush(err);
}

static dk_status close_lines(void *self, dk_error *err) {
    (void)err;
    free(self);
    return DK_OK;
}

const dk_sink_kind dk_demo_lines = {.open = open_lines, .frame = print_scene, .close = close_lines};

/* ---- at the end ---- */

static const char *plural(long count) {
    return count == 1 ? "" : "s";
}

static void tell_times(const dk_live_options *o, const dk_live_report *r) {
    const double all = r->seconds > 0 ? r->seconds : 1;
    dk_note(&o->log, "%ld frame%s (%ld passed over) in %.1f s, %.1f a second; %.0f ms from frame to output",
            r->frames, plural(r->frames), r->dropped, r->seconds, (double)r->frames / all, 1e3 * r->latency);
    if (r->lost > 0) {
        dk_note(&o->log, "the source broke off %d time%s", r->lost, plural(r->lost));
    }
    dk_note(
        &o->log,
        "of the time: finding faces %.0f %% (on %ld frame%s), naming %.0f %% (%ld face%s), drawing %.0f %%, "
        "writing %.0f %%",
        100 * r->stage[DK_LIVE_DETECT] / all, r->detections, plural(r->detections),
        100 * r->classifying / all, r->asked, plural(r->asked), 100 * r->stage[DK_LIVE_DRAW] / all,
        100 * r->stage[DK_LIVE_SINK] / all);
}

static void print_summary(const dk_live_options *o, const dk_summary *s) {
    dk_say("%-6s %8s %8s %8s", "face", "from", "to", "unnamed");
    for (int c = 0; c < s->classes; c++) {
        dk_say(" %9s", o->data->names[c]);
    }
    dk_say("\n");
    for (int i = 0; i < s->count; i++) {
        const dk_summary_face *f = &s->faces[i];
        dk_say("%-6d %8.2f %8.2f %8.2f", f->id, f->first, f->last, f->unnamed);
        for (int c = 0; c < s->classes; c++) {
            dk_say(" %9.2f", f->seconds[c]);
        }
        dk_say("\n");
    }
    dk_say("seconds; %d face%s\n", s->count, plural(s->count));
}

dk_status dk_demo_report(const dk_live_options *o, const dk_live_report *report, const dk_summary *summary,
                         dk_error *err) {
    char path[4096], shown[DK_SHOWN];
    tell_times(o, report);
    if (summary->classes == 0) { /* no sink has filled it */
        return DK_OK;
    }
    print_summary(o, summary);
    dk_capture_shown(shown, sizeof shown, o->source);
    DK_TRY(dk_sink_free_name(path, sizeof path, o->outputs.results, ".timeline.png", err));
    const dk_status status =
        dk_demo_timeline(summary, o->data->names, dk_path_name(shown), o->model.weights, o->fonts, path, err);
    if (status != DK_OK) {
        unlink(path); /* only its name was taken */
        return status;
    }
    dk_note(&o->log, "saved %s", path);
    return DK_OK;
}
