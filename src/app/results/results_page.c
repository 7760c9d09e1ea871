#include "app/results/results_page.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/results/pictures.h"
#include "app/results/run_json.h"
#include "base/arena.h"
#include "base/file.h"
#include "serve/page.h"

enum { FILES = 5, OWN = 2, ROWS = FILES + OWN + DK_RUNS_SHOWN * DK_RUN_PICTURES + 1, PICTURE = 32 << 20 };

typedef struct {
    dk_arena *arena;
    dk_results runs[DK_RUNS_SHOWN];
    int count;
    dk_run_shown shown[DK_RUNS_SHOWN * DK_RUN_PICTURES];
    void *bytes[DK_RUNS_SHOWN * DK_RUN_PICTURES];
    int pictures;
    dk_page pages[ROWS];
    dk_buffer about, text;
    dk_server *server;
} work;

/* The pictures that a run's folder holds; what is missing was not possible, or not drawn yet. */
static dk_status add_pictures(work *w, int run, dk_error *err) {
    const dk_results *const r = &w->runs[run];
    for (const dk_run_picture *p = dk_run_pictures + DK_PICTURE_CHART + 1; p->file != NULL; p++) {
        const char *const path = dk_results_path(r, p->file);
        uint8_t *bytes = NULL;
        size_t size = 0;
        if (path == NULL || dk_file_read(path, PICTURE, &bytes, &size, NULL) != DK_OK) {
            continue;
        }
        w->bytes[w->pictures] = bytes;
        dk_run_shown *const shown = &w->shown[w->pictures];
        shown->path = dk_arena_format(w->arena, "/run/%d/%s", run + 1, p->file);
        shown->about = dk_arena_format(w->arena, "%s: %s", r->name, p->about);
        if (shown->path == NULL || shown->about == NULL) {
            return dk_no_memory(err, 0, "the page");
        }
        w->pages[FILES + OWN + w->pictures++] =
            (dk_page){.path = shown->path, .type = "image/png", .text = (const char *)bytes, .size = size};
    }
    return DK_OK;
}

static dk_status read_runs(work *w, const char *const *folders, int count, dk_error *err) {
    for (int i = 0; i < count; i++) {
        w->count = i + 1;
        DK_TRY(dk_results_open(&w->runs[i], folders[i], err));
        if (w->runs[i].task != w->runs[0].task) {
            return dk_fail(err, DK_EUSAGE,
                           "%s and %s are of different tasks; their figures are no curves of one chart",
                           folders[0], folders[i]);
        }
        DK_TRY(add_pictures(w, i, err));
    }
    return DK_OK;
}

static void describe(work *w) {
    dk_json j = {.out = &w->about};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "title", w->count == 1 ? w->runs[0].name : "Runs beside each other");
    dk_json_text(
        &j, "intro",
        "What trainings have left: how their figures changed from epoch to epoch, on the pictures that "
        "they learnt from and on those that they have never seen.");
    dk_json_text(&j, "version", DK_VERSION);
    dk_json_bool(&j, "controls", false);
    dk_json_bool(&j, "live", false);
    dk_run_json_pictures(&j, w->shown, w->pictures);
    dk_json_close(&j, '}');
    j = (dk_json){.out = &w->text};
    dk_json_open(&j, NULL, '[');
    for (int i = 0; i < w->count; i++) {
        dk_run_json_log(&j, &w->runs[i]);
    }
    dk_json_close(&j, ']');
}

static void list_pages(work *w) {
    static const dk_page_name files[FILES] = {DK_PAGE_run_html, DK_PAGE_run_js, DK_PAGE_common_js,
                                              DK_PAGE_style_css, DK_PAGE_icon_svg};
    static const char json[] = "application/json";
    for (int i = 0; i < FILES; i++) {
        w->pages[i] = dk_page_file(files[i]);
    }
    w->pages[FILES] =
        (dk_page){.path = "/api/about", .type = json, .text = w->about.text, .size = w->about.size};
    w->pages[FILES + 1] =
        (dk_page){.path = "/api/runs", .type = json, .text = w->text.text, .size = w->text.size};
}

static dk_status serve(work *w, const char *const *folders, int count, const dk_serve_conf *conf,
                       const atomic_int *stop, const dk_log *log, dk_error *err) {
    DK_TRY(read_runs(w, folders, count, err));
    describe(w);
    if (w->about.failed || w->text.failed) {
        return dk_no_memory(err, w->text.room, "the page");
    }
    list_pages(w);
    DK_TRY(dk_server_open(&w->server, conf, &(dk_site){.pages = w->pages}, log, err));
    while (atomic_load(stop) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    }
    return dk_fail(err, DK_ESTOPPED, "stopped");
}

dk_status dk_results_page(const char *const *folders, int count, const dk_serve_conf *conf,
                          const atomic_int *stop, const dk_log *log, dk_error *err) {
    if (count > DK_RUNS_SHOWN) {
        return dk_fail(err, DK_EUSAGE, "%d runs; a page shows at most %d", count, DK_RUNS_SHOWN);
    }
    work *const w = calloc(1, sizeof *w);
    if (w == NULL || (w->arena = dk_arena_open()) == NULL) {
        free(w);
        return dk_no_memory(err, sizeof *w, "the page");
    }
    const dk_status status = serve(w, folders, count, conf, stop, log, err);
    dk_server_close(w->server);
    for (int i = 0; i < w->count; i++) {
        dk_results_close(&w->runs[i]);
    }
    for (int i = 0; i < w->pictures; i++) {
        free(w->bytes[i]);
    }
    dk_buffer_free(&w->about);
    dk_buffer_free(&w->text);
    dk_arena_close(w->arena);
    free(w);
    return status;
}
