/* Where scenes go: a table of kinds, each a file, with the flag that asks for it. */
#ifndef DK_LIVE_SINK_H
#define DK_LIVE_SINK_H

#include "base/log.h"
#include "live/scene.h"
#include "live/source.h"
#include "live/ui.h"
#include "plot/fonts.h"
#include "serve/serve.h"

typedef struct dk_sink_kind dk_sink_kind;

/* The kinds, a row each. The window comes last: what it shows was written before. */
#define DK_SINK_KINDS(X) X(film) X(picture) X(json) X(csv) X(sheet) X(summary) X(http) X(snapshot) X(window)

#define DK_SINK_ONE(name) +1
enum { DK_SINKS = 0 DK_SINK_KINDS(DK_SINK_ONE) };
#undef DK_SINK_ONE
extern const dk_sink_kind *const dk_sink_kinds[DK_SINKS];

/* What the flag of a kind came to. */
typedef struct {
    int on;            /* of one without a value */
    const char *value; /* NULL: not given */
} dk_sink_wish;

/* What the page in the browser says of itself. */
typedef struct {
    const char *title;   /* "Faces, live" */
    const char *intro;   /* a sentence for who sees it for the first time */
    const char *thing;   /* what is followed: "face" */
    const char *source;  /* as it may be shown */
    const char *weights; /* their name */
} dk_live_page;

/* What the user asked for. */
typedef struct {
    bool window;
    dk_sink_wish wishes[DK_SINKS]; /* in the order of the table */
    struct dk_summary *summary;    /* live/summary.h: what the sink of that name fills */
    dk_serve_conf http;            /* address NULL: no page */
    dk_live_page page;
    const char *results;           /* folder of snapshots, recordings and timelines */
    const dk_sink_kind *otherwise; /* the caller's own kind, where no other is wanted; NULL: none */
} dk_outputs;

typedef struct {
    const dk_outputs *outputs;
    const dk_source_info *source;
    const char *const *names;
    int classes;
    dk_ui *ui;
    dk_fonts *fonts;
    dk_log log;
} dk_sink_context;

struct dk_sink_kind {
    const char *flag, *value; /* "csv", "FILE"; flag NULL: none asks for it; value NULL: a switch */
    const char *help;         /* on the flag; NULL: an earlier kind has the same, and the value is both's */
    bool draws;               /* wants scene->drawn */
    /* value: of its flag, or NULL. wanted NULL: when its flag is given. */
    bool (*wanted)(const dk_sink_context *c, const char *value);
    dk_status (*open)(void **self, const dk_sink_context *c, const char *value,
                      dk_error *err); /* proves that files can be written */
    dk_status (*frame)(void *self, const dk_scene *scene,
                       dk_error *err); /* each scene once; NULL: no use for it */
    dk_status (*show)(void *self, const dk_scene *scene,
                      dk_error *err);              /* also again, while it stays; may be NULL */
    dk_status (*close)(void *self, dk_error *err); /* makes files whole and frees self */
};

typedef struct {
    const dk_sink_kind *kind[DK_SINKS];
    void *self[DK_SINKS];
    int count;
    bool draws;
} dk_sinks;

/* An error where an output would replace the source (its name) or another output. */
DK_CHECKED dk_status dk_sinks_check(const dk_outputs *o, const char *source, dk_error *err);
DK_CHECKED dk_status dk_sinks_open(dk_sinks *sinks, const dk_sink_context *c, dk_error *err);
/* again: the scene was given before, and is only shown anew. */
DK_CHECKED dk_status dk_sinks_frame(dk_sinks *sinks, const dk_scene *scene, bool again, dk_error *err);
/* Closes all, also after a failure; returns the first error. */
dk_status dk_sinks_close(dk_sinks *sinks, dk_error *err);

/* The first of FOLDER/demo-1EXTENSION, demo-2 … that is not there yet; makes the folder, and an empty file of that name,
 * so that no other demo takes it. It is to be replaced, or removed by who cannot. */
DK_CHECKED dk_status dk_sink_free_name(char *path, size_t room, const char *folder, const char *extension,
                                       dk_error *err);

#endif
