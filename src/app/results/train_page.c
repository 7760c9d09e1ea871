/* What is told ten times a second is made of events; curves and pictures are read back from the run's folder, as `results`
 * reads them. What cannot be read or sent is told once and passed over. */
#include "app/results/train_page.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/results/pictures.h"
#include "app/results/run_json.h"
#include "app/results/samples_sheet.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "serve/page.h"

#define SAMPLES "/run/samples.png"
#define PAUSE .1          /* seconds between two that are told */
#define LAST_NS 400000000 /* that pages which are open have, to ask for the last epoch */
enum { FILES = 5, OWN = 6, SHOWN = 24, ROWS = FILES + OWN + DK_RUN_PICTURES + 1, PICTURE = 32 << 20 };

struct dk_train_page {
    dk_server *server;
    dk_feed *about, *runs, *events, *metrics;
    dk_feed *pictures[DK_RUN_PICTURES]; /* in the order of dk_run_pictures, without the chart */
    char paths[DK_RUN_PICTURES][64];
    int drawn[DK_RUN_PICTURES]; /* epoch that a picture is of; 0: there is none */
    int picture_count;
    dk_feed *samples;
    bool has_samples;
    dk_page pages[ROWS];
    dk_buffer text;
    atomic_bool stop;
    dk_log log;
    bool told_read, told_sent, controls;
    double next; /* clock: when a step may be told */
    char folder[4096];
    int epochs, best_epoch;
    long steps;
    double best;
    dk_step_event last;
};

/* ---- out ---- */

static void send_to(dk_train_page *p, dk_feed *feed) {
    dk_error why = {0};
    const dk_status status = p->text.failed ? dk_no_memory(&why, p->text.room, "the page")
                                            : dk_feed_put(feed, p->text.text, p->text.size, &why);
    dk_pass_over(&p->log, &p->told_sent, status, &why);
    p->text.size = 0;
}

static void send_about(dk_train_page *p, const dk_run_info *run) {
    dk_json j = {.out = &p->text};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "title", run->name);
    dk_json_text(
        &j, "intro",
        "A network is learning here: below you see how its figures change from epoch to epoch, on the "
        "pictures that it learns from and on those that it has never seen.");
    dk_json_text(&j, "version", DK_VERSION);
    dk_json_bool(&j, "controls", p->controls);
    dk_json_bool(&j, "live", true);
    dk_json_int(&j, "epochs", run->epochs);
    dk_json_int(&j, "steps", run->steps);
    dk_json_int(&j, "batch", run->batch);
    dk_json_int(&j, "train_pictures", run->train->count);
    dk_json_int(&j, "valid_pictures", run->valid != NULL ? run->valid->count : 0);
    dk_json_close(&j, '}');
    send_to(p, p->about);
}

static void put_pictures(dk_json *j, const dk_train_page *p) {
    dk_run_shown shown[DK_RUN_PICTURES + 1];
    int count = 0;
    if (p->has_samples) {
        shown[count++] =
            (dk_run_shown){SAMPLES, "Pictures as the network gets them in the first epoch, augmented"};
    }
    for (int i = 0; i < p->picture_count; i++) {
        if (p->drawn[i] > 0) {
            shown[count++] = (dk_run_shown){p->paths[i], dk_run_pictures[i + 1].about};
        }
    }
    dk_run_json_pictures(j, shown, count);
}

static void send_event(dk_train_page *p, const char *ended) {
    const dk_step_event *const e = &p->last;
    dk_json j = {.out = &p->text};
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "ended", ended);
    dk_json_bool(&j, "stopping", ended[0] == '\0' && atomic_load(&p->stop));
    dk_json_fixed(&j, "epoch", e->epoch, 4);
    dk_json_int(&j, "epochs", p->epochs);
    dk_json_int(&j, "step", e->step);
    dk_json_int(&j, "steps", p->steps);
    dk_json_float(&j, "rate", e->rate, DK_JSON_FLOAT);
    dk_json_fixed(&j, "images_per_second", e->images_per_second, 1);
    dk_json_fixed(&j, "seconds", e->seconds, 1);
    dk_json_fixed(&j, "seconds_left", e->seconds_left, 1);
    dk_json_int(&j, "best_epoch", p->best_epoch);
    dk_json_float(&j, "best", p->best, DK_JSON_FLOAT);
    dk_run_json_values(&j, "batch", &e->batch);
    dk_run_json_values(&j, "running", &e->running);
    put_pictures(&j, p);
    dk_json_close(&j, '}');
    send_to(p, p->events);
}

static void send_metrics(dk_train_page *p) {
    const dk_step_event *const e = &p->last;
    dk_buffer_add(&p->text,
                  "# HELP darknet_train_epoch Epochs that are done, with their fraction.\n"
                  "# TYPE darknet_train_epoch gauge\ndarknet_train_epoch %.4f\n"
                  "# HELP darknet_train_steps_total Steps that are done.\n"
                  "# TYPE darknet_train_steps_total counter\ndarknet_train_steps_total %ld\n"
                  "# HELP darknet_train_images_per_second Pictures learnt a second.\n"
                  "# TYPE darknet_train_images_per_second gauge\ndarknet_train_images_per_second %.1f\n"
                  "# HELP darknet_train_loss Loss of the epoch's pictures so far.\n"
                  "# TYPE darknet_train_loss gauge\ndarknet_train_loss %.8g\n",
                  e->epoch, e->step, e->images_per_second, e->running.value[DK_FIGURE_LOSS]);
    send_to(p, p->metrics);
}

/* All epochs, as log.csv has them, and what was drawn of the last validation. */
static void send_runs(dk_train_page *p) {
    dk_results r;
    dk_error why = {0};
    dk_json j = {.out = &p->text};
    const dk_status status = dk_results_open(&r, p->folder, &why);
    dk_pass_over(&p->log, &p->told_read, status, &why);
    if (status == DK_OK) {
        dk_json_open(&j, NULL, '[');
        dk_run_json_log(&j, &r);
        dk_json_close(&j, ']');
        send_to(p, p->runs);
    }
    dk_results_close(&r);
}

/* A picture of the run's folder; false: it was not possible. */
static bool send_picture(dk_train_page *p, const char *file, dk_feed *feed) {
    char path[sizeof p->folder + 64];
    uint8_t *bytes = NULL;
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", p->folder, file);
    if (dk_file_read(path, PICTURE, &bytes, &size, NULL) != DK_OK) {
        return false;
    }
    dk_buffer_put(&p->text, bytes, size);
    send_to(p, feed);
    free(bytes);
    return true;
}

static void send_pictures(dk_train_page *p, int epoch) {
    for (int i = 0; i < p->picture_count; i++) {
        if (send_picture(p, dk_run_pictures[i + 1].file, p->pictures[i])) {
            p->drawn[i] = epoch;
        }
    }
}

static void send_samples(dk_train_page *p, const dk_run_info *run) {
    dk_samples *const s = calloc(1, sizeof *s);
    dk_fonts fonts = {.log = p->log};
    dk_error why = {0};
    char path[sizeof p->folder + 64], title[128];
    snprintf(path, sizeof path, "%s/samples.png", p->folder);
    snprintf(title, sizeof title, "As the network gets them: %dx%d, augmented", run->settings->net.width,
             run->settings->net.height);
    const int wanted = run->train->count < SHOWN ? run->train->count : SHOWN;
    dk_status status = s == NULL ? dk_no_memory(&why, sizeof *s, "the samples")
                                 : dk_samples_augmented(s, run->train, (const char *const *)run->data->names,
                                                        run->settings, run->seed, wanted, &why);
    if (status == DK_OK) {
        status = dk_samples_save(s, title, &fonts, path, &why);
    }
    dk_pass_over(&p->log, &p->told_read, status, &why);
    if (s != NULL) {
        dk_samples_free(s);
        free(s);
    }
    p->has_samples = status == DK_OK && send_picture(p, "samples.png", p->samples);
}

/* ---- what the run tells ---- */

static bool begin(void *user, const dk_run_info *run) {
    dk_train_page *p = user;
    snprintf(p->folder, sizeof p->folder, "%s", run->folder);
    p->epochs = run->epochs;
    p->steps = run->steps;
    p->best = NAN;
    p->last = (dk_step_event){
        .epoch = run->done, .batch = dk_figures_none(run->figures), .running = dk_figures_none(run->figures)};
    if (run->done > 0) {
        send_runs(p);
        send_pictures(p, run->done);
    }
    send_samples(p, run);
    send_about(p, run);
    send_event(p, "");
    return !atomic_load(&p->stop);
}

static bool step(void *user, const dk_step_event *e) {
    dk_train_page *p = user;
    const double now = dk_clock_now();
    const bool stop = atomic_load(&p->stop);
    p->last = *e;
    if (now >= p->next || stop) {
        p->next = now + PAUSE;
        send_event(p, "");
        send_metrics(p);
    }
    return !stop;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    dk_train_page *p = user;
    p->best_epoch = e->best_epoch;
    p->best = e->best_epoch > 0 ? e->best_value : NAN;
    send_runs(p);
    if (e->valid != NULL) {
        send_pictures(p, e->epoch);
    }
    send_event(p, "");
    return !atomic_load(&p->stop);
}

static void end(void *user, const dk_end_event *e) {
    send_event(user, e->reason);
}

dk_observer dk_train_page_hooks(dk_train_page *p) {
    return (dk_observer){.user = p, .on_begin = begin, .on_step = step, .on_epoch = epoch, .on_end = end};
}

/* ---- what the page asks ---- */

static dk_status asked(void *user, const dk_post *post, dk_buffer *answer, dk_error *err) {
    dk_train_page *p = user;
    (void)answer;
    if (strcmp(post->body, "stop=1") != 0) {
        return dk_fail(err, DK_EUSAGE, "wanted is stop=1: the run saves its weights and ends");
    }
    atomic_store(&p->stop, true);
    return DK_OK;
}

/* ---- opening and closing ---- */

static void list_pages(dk_train_page *p) {
    static const dk_page_name files[FILES] = {DK_PAGE_run_html, DK_PAGE_run_js, DK_PAGE_common_js,
                                              DK_PAGE_style_css, DK_PAGE_icon_svg};
    static const char json[] = "application/json";
    const dk_page own[OWN] = {
        {.path = "/api/about", .type = json, .feed = p->about, .kept = true},
        {.path = "/api/runs", .type = json, .feed = p->runs, .kept = true},
        {.path = "/api/train/events", .type = json, .feed = p->events, .follow = DK_FOLLOW_EVENTS},
        {.path = "/api/train/now", .type = json, .feed = p->events, .kept = true},
        {.path = "/api/train", .posted = asked, .user = p},
        {.path = SAMPLES, .type = "image/png", .feed = p->samples, .kept = true},
    };
    for (int i = 0; i < FILES; i++) {
        p->pages[i] = dk_page_file(files[i]);
    }
    memcpy(p->pages + FILES, own, sizeof own);
    for (int i = 0; i < p->picture_count; i++) {
        p->pages[FILES + OWN + i] =
            (dk_page){.path = p->paths[i], .type = "image/png", .feed = p->pictures[i], .kept = true};
    }
}

static dk_status open_feeds(dk_train_page *p, dk_error *err) {
    DK_TRY(dk_feed_open(&p->about, err));
    DK_TRY(dk_feed_open(&p->runs, err));
    DK_TRY(dk_feed_open(&p->events, err));
    DK_TRY(dk_feed_open(&p->metrics, err));
    DK_TRY(dk_feed_open(&p->samples, err));
    for (int i = DK_PICTURE_CHART + 1; dk_run_pictures[i].file != NULL; i++) {
        DK_TRY(dk_feed_open(&p->pictures[p->picture_count], err));
        snprintf(p->paths[p->picture_count++], sizeof *p->paths, "/run/%s", dk_run_pictures[i].file);
    }
    return DK_OK;
}

dk_status dk_train_page_open(dk_train_page **out, const dk_serve_conf *conf, const dk_log *log,
                             dk_error *err) {
    dk_train_page *p = *out = calloc(1, sizeof *p);
    if (p == NULL) {
        return dk_no_memory(err, sizeof *p, "the page");
    }
    p->log = *log;
    p->controls = conf->token != NULL;
    DK_TRY(open_feeds(p, err));
    list_pages(p);
    return dk_server_open(&p->server, conf, &(dk_site){.pages = p->pages, .metrics = p->metrics}, log, err);
}

void dk_train_page_close(dk_train_page *p) {
    if (p == NULL) {
        return;
    }
    if (p->events != NULL) {
        nanosleep(&(struct timespec){.tv_nsec = dk_feed_wanted(p->events) ? LAST_NS : 0}, NULL);
        dk_feed_end(p->events);
    }
    dk_server_close(p->server);
    dk_feed *const feeds[] = {p->about, p->runs, p->events, p->metrics, p->samples};
    for (int i = 0; i < 5; i++) {
        dk_feed_close(feeds[i]);
    }
    for (int i = 0; i < p->picture_count; i++) {
        dk_feed_close(p->pictures[i]);
    }
    dk_buffer_free(&p->text);
    free(p);
}
