/* What a user waits for: from the start of the program to the end of the first training step with FER2013's number of
 * pictures, and to the answer for one picture. Seconds of the clock, and of the processor. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "bench/set.h"
#include "darknet.h"

typedef struct {
    const char *key, *name;
    const char *const *line; /* of the program; NULL at its end */
    const char *until; /* beginning of the line that ends the measurement; NULL: the end of the program */
} row;

static dk_status failed(const char *what, dk_error *err) {
    return dk_fail(err, DK_EIO, "%s: %s", what, strerror(errno));
}

/* Starts the program with its output in *out. */
static dk_status start(const row *r, pid_t *child, FILE **out, dk_error *err) {
    int pipes[2];
    if (pipe(pipes) != 0) {
        return failed("pipe", err);
    }
    *child = fork();
    if (*child == 0) {
        dup2(pipes[1], STDOUT_FILENO);
        close(pipes[0]);
        const int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, STDERR_FILENO);
        execv(r->line[0], (char *const *)r->line);
        _exit(127);
    }
    close(pipes[1]);
    *out = fdopen(pipes[0], "r");
    return *child > 0 && *out != NULL ? DK_OK : failed(r->line[0], err);
}

/* True when the line came, or the program ended without waiting for one. */
static bool await(const row *r, FILE *out) {
    char line[512];
    while (fgets(line, sizeof line, out) != NULL) {
        if (r->until != NULL && strncmp(line, r->until, strlen(r->until)) == 0) {
            return true;
        }
    }
    return r->until == NULL;
}

static dk_status measure(const row *r, double *clock, double *cpu, dk_error *err) {
    pid_t child = -1;
    FILE *out = NULL;
    int state = 0;
    struct rusage use;
    const double began = dk_clock_now();
    DK_TRY(start(r, &child, &out, err));
    const bool came = await(r, out);
    *clock = dk_clock_now() - began;
    if (r->until != NULL) {
        kill(child, SIGKILL);
    }
    wait4(child, &state, 0, &use);
    fclose(out);
    *cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
    return came && (r->until != NULL || state == 0) ? DK_OK : dk_fail(err, DK_EIO, "%s: failed", r->line[0]);
}

static dk_status run_row(const row *r, const bench_arguments *a, cJSON *json, dk_error *err) {
    double clock[BENCH_ROUNDS], cpu[BENCH_ROUNDS];
    const bench_load load = bench_load_begin(a);
    DK_TRY(measure(r, &clock[0], &cpu[0], err)); /* files come into memory */
    for (long i = 0; i < a->rounds; i++) {
        DK_TRY(measure(r, &clock[i], &cpu[i], err));
    }
    const double middle = bench_median(clock, a->rounds), work = bench_median(cpu, a->rounds);
    printf("%-30s %9.0f ms, %.0f ms of the processor (best %.0f, %.0f)", r->name, 1e3 * middle, 1e3 * work,
           1e3 * clock[0], 1e3 * cpu[0]);
    cJSON *o = cJSON_AddObjectToObject(json, r->key);
    cJSON_AddNumberToObject(o, "ms", 1e3 * middle);
    cJSON_AddNumberToObject(o, "cpu_ms", 1e3 * work);
    bench_load_end(a, &load, o);
    return DK_OK;
}

/* Fresh weights of the cfg: how good they are does not matter here. */
static dk_status make_weights(const char *cfg, const char *path, dk_error *err) {
    dk_net *net = NULL;
    DK_TRY(dk_net_open(&net, &(dk_net_options){.cfg = cfg, .batch = 1, .threads = 1}, err));
    const dk_status status = dk_net_save(net, path, err);
    dk_net_close(net);
    return status;
}

static dk_status run_rows(const bench_arguments *a, const bench_set *set, cJSON *json, dk_error *err) {
    const char *weights = dk_arena_format(set->arena, "%s/fresh.weights", set->folder);
    const char *picture = dk_arena_format(set->arena, "%s/%s/0.jpg", set->few, set->names[0]);
    const char *threads = dk_arena_format(set->arena, "%ld", a->threads > 0 ? a->threads : 1);
    const char *const train[] = {a->program, "classifier", "train", set->data, a->cfg,
                                 "-classic", "-threads",   threads, NULL};
    const char *const predict[] = {a->program, "classifier", "predict",  set->data, a->cfg,
                                   weights,    picture,      "-threads", threads,   NULL};
    const row rows[] = {{"start_train", "start to first step", train, "1, "},
                        {"start_predict", "start to one answer", predict, NULL}};
    DK_TRY(make_weights(a->cfg, weights, err));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DK_TRY(run_row(&rows[i], a, json, err));
    }
    return DK_OK;
}

dk_status bench_start(const bench_arguments *a, cJSON *json, dk_error *err) {
    bench_set set;
    if (a->program == NULL) {
        return DK_OK;
    }
    dk_status status = bench_set_make(&set, true, err);
    if (status == DK_OK) {
        status = run_rows(a, &set, json, err);
    }
    bench_set_remove(&set);
    return status;
}
