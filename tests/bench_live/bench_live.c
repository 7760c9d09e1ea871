/* Measures the demo end to end on drawn clips, without a window: frames a second, and milliseconds a frame of taking in,
 * finding faces, naming and drawing; then that memory stays flat. cfg/mobilenet.cfg with fresh values, which are as fast
 * as learned ones. One row of the table is one measurement; each prints a line, and all go into one JSON object.
 * Usage: bench_live FOLDER [-threads N] [-rounds N] [-minutes N] [-tta none|flip|auto] [-finder CFG,WEIGHTS] [-json FILE]
 * FOLDER holds <width>x<height>-<faces>.avi (scripts/bench.sh draws them). */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/load.h"
#include "base/text.h"
#include "live/live.h"

typedef struct {
    int w, h, faces, every;
} row;

static const row rows[] = {
    {640, 480, 1, 0},  {640, 480, 1, 1},  {640, 480, 4, 0},  {640, 480, 4, 1},
    {1280, 720, 1, 0}, {1280, 720, 1, 1}, {1280, 720, 4, 0}, {1280, 720, 4, 1},
};

typedef struct {
    const char *folder, *json;
    long threads, rounds, minutes;
    const dk_tta *tta; /* NULL: auto */
    dk_finder_conf finder;
} arguments;

enum { ROUNDS = 32 };
#define LOADED .1 /* cores of other programs from which on a row is marked */

/* A sink that looks at everything, so that it is drawn, and keeps nothing. */
static dk_status open_nothing(void **self, const dk_sink_context *c, const char *value, dk_error *err) {
    (void)c, (void)value, (void)err;
    *self = NULL;
    return DK_OK;
}

static dk_status look(void *self, const dk_scene *scene, dk_error *err) {
    (void)self;
    return scene->drawn != NULL ? DK_OK : dk_fail(err, DK_EUSAGE, "nothing was drawn");
}

static dk_status close_nothing(void *self, dk_error *err) {
    (void)self, (void)err;
    return DK_OK;
}

static const dk_sink_kind eye = {.draws = true, .open = open_nothing, .frame = look, .close = close_nothing};

static double processor_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static dk_status run_clip(const row *r, const arguments *a, const dk_data *data, dk_live_report *report,
                          dk_error *err) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%dx%d-%d.avi", a->folder, r->w, r->h, r->faces);
    dk_finder_conf finder = a->finder;
    finder.network.model.threads = a->threads > 0 ? (int)a->threads : 1;
    const dk_live_options options = {
        .source = path,
        .model = {.cfg = "cfg/mobilenet.cfg", .threads = (int)a->threads, .seed = 1},
        .temperature = 1,
        .data = data,
        .finder = finder,
        .detect_every = r->every,
        .tta = a->tta,
        .smooth = .35,
        .outputs = {.results = "results", .otherwise = &eye}};
    return dk_live_run(&options, report, err);
}

typedef struct {
    double fps, capture, detect, classify, draw, processor; /* frames a second; milliseconds a frame */
} figures;

static int by_fps(const void *a, const void *b) {
    const double x = ((const figures *)a)->fps, y = ((const figures *)b)->fps;
    return (x > y) - (x < y);
}

static void report_row(const row *r, figures *f, long rounds, double others, cJSON *json) {
    char key[64];
    qsort(f, (size_t)rounds, sizeof *f, by_fps);
    const figures m = f[rounds / 2];
    snprintf(key, sizeof key, "live_%dx%d_%d_%s", r->w, r->h, r->faces,
             r->every ? "every_frame" : "automatic");
    printf(
        "%4dx%-4d %d face%c  %-11s %7.1f frames/s; ms a frame: taking in %5.2f, finding %6.2f, naming %5.2f, "
        "drawing %5.2f; processor %6.2f",
        r->w, r->h, r->faces, r->faces > 1 ? 's' : ' ', r->every ? "every frame" : "automatic", m.fps,
        m.capture, m.detect, m.classify, m.draw, m.processor);
    if (others >= LOADED) {
        printf("  under load: %.2f cores", others);
    }
    printf("\n");
    fflush(stdout);
    cJSON *o = cJSON_AddObjectToObject(json, key);
    cJSON_AddNumberToObject(o, "frames_per_s", m.fps);
    cJSON_AddNumberToObject(o, "capture_ms", m.capture);
    cJSON_AddNumberToObject(o, "detect_ms", m.detect);
    cJSON_AddNumberToObject(o, "classify_ms", m.classify);
    cJSON_AddNumberToObject(o, "draw_ms", m.draw);
    cJSON_AddNumberToObject(o, "processor_ms", m.processor);
    cJSON_AddNumberToObject(o, "others", others);
    cJSON_AddBoolToObject(o, "loaded", others >= LOADED);
}

static dk_status measure(const row *r, const arguments *a, const dk_data *data, cJSON *json, dk_error *err) {
    figures f[ROUNDS];
    const dk_load from = dk_load_look();
    for (long i = 0; i < a->rounds; i++) {
        dk_live_report report;
        const double before = processor_seconds();
        DK_TRY(run_clip(r, a, data, &report, err));
        const double frames = (double)report.frames, ms = 1e3 / frames;
        f[i] = (figures){.fps = frames / report.seconds,
                         .capture = ms * report.capturing,
                         .detect = ms * report.stage[DK_LIVE_DETECT],
                         .classify = ms * report.classifying,
                         .draw = ms * report.stage[DK_LIVE_DRAW],
                         .processor = ms * (processor_seconds() - before)};
    }
    const dk_load to = dk_load_look();
    report_row(r, f, a->rounds, dk_load_others(&from, &to), json);
    return DK_OK;
}

/* Resident bytes now. */
static double resident(void) {
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1) {
        pages = 0;
    }
    if (f != NULL) {
        fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* So many minutes of film, as often as the clip has to be shown for that; growth after the first quarter. */
static dk_status memory(const arguments *a, const dk_data *data, cJSON *json, dk_error *err) {
    double shown = 0, early = 0;
    const double all = 60.0 * (double)a->minutes;
    while (shown < all) {
        dk_live_report report;
        DK_TRY(run_clip(&rows[2], a, data, &report, err));
        shown += (double)report.frames / 25;
        if (early <= 0 && shown >= all / 4) {
            early = resident();
        }
    }
    const double late = resident();
    printf("memory over %ld minutes of film: %.1f MB after a quarter of it, %.1f MB at the end\n", a->minutes,
           early / 1e6, late / 1e6);
    cJSON_AddNumberToObject(json, "live_memory_early_bytes", early);
    cJSON_AddNumberToObject(json, "live_memory_late_bytes", late);
    if (late > 1.05 * early) {
        return dk_fail(err, DK_EDATA, "memory grew by more than 5 %%");
    }
    return DK_OK;
}

/* CFG,WEIGHTS */
static bool read_finder(arguments *a, char *text) {
    char *comma = strchr(text, ',');
    if (comma == NULL) {
        return false;
    }
    *comma = '\0';
    a->finder =
        (dk_finder_conf){.kind = &dk_finder_network, .network.model = {.cfg = text, .weights = comma + 1}};
    return true;
}

/* none, flip or auto */
static bool read_views(arguments *a, const char *text) {
    dk_error err = {0};
    a->tta = NULL;
    return strcmp(text, "auto") == 0 || dk_tta_find(&a->tta, text, &err) == DK_OK;
}

static bool read_arguments(int argc, char **argv, arguments *a) {
    if (argc < 2 || argc % 2 != 0) {
        return false;
    }
    a->folder = argv[1];
    for (int i = 2; i + 1 < argc; i += 2) {
        const char *flag = argv[i], *value = argv[i + 1];
        if (strcmp(flag, "-json") == 0) {
            a->json = value;
        } else if (!(strcmp(flag, "-tta") == 0 && read_views(a, value)) &&
                   !(strcmp(flag, "-finder") == 0 && read_finder(a, argv[i + 1])) &&
                   !(strcmp(flag, "-threads") == 0 && dk_text_int(value, &a->threads)) &&
                   !(strcmp(flag, "-rounds") == 0 && dk_text_int(value, &a->rounds)) &&
                   !(strcmp(flag, "-minutes") == 0 && dk_text_int(value, &a->minutes))) {
            return false;
        }
    }
    return a->rounds >= 1 && a->rounds <= ROUNDS;
}

static dk_status run_all(const arguments *a, const dk_data *data, cJSON *json, dk_error *err) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DK_TRY(measure(&rows[i], a, data, json, err));
    }
    dk_status status = a->minutes > 0 ? memory(a, data, json, err) : DK_OK;
    char *text = status == DK_OK && a->json != NULL ? cJSON_Print(json) : NULL;
    status = text != NULL ? dk_file_write(a->json, text, strlen(text), err) : status;
    cJSON_free(text);
    return status;
}

int main(int argc, char **argv) {
    arguments a = {.rounds = 3, .minutes = 10, .tta = &dk_tta_none, .finder = {.haar = {.size = 640}}};
    dk_error err = {0};
    dk_data *data = NULL;
    if (!read_arguments(argc, argv, &a)) {
        fprintf(stderr,
                "usage: bench_live FOLDER [-threads N] [-rounds 1..%d] [-minutes N] [-tta none|flip|auto] "
                "[-finder CFG,WEIGHTS] [-json FILE]\n",
                ROUNDS);
        return 2;
    }
    cJSON *json = cJSON_CreateObject();
    dk_status status = dk_vision_threads((int)a.threads, &err);
    if (status == DK_OK) {
        status = dk_data_load(&data, "cfg/emotion.data", NULL, &(dk_log){0}, &err);
    }
    if (status == DK_OK) {
        status = run_all(&a, data, json, &err);
    }
    if (status != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
    }
    cJSON_Delete(json);
    dk_data_close(data);
    return status != DK_OK;
}
