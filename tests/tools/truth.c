/* Compares the demo's log with what is true of a clip: truth TRUTH.jsonl LOG.jsonl [-found P] [-right P] [-kept].
 * Both have a line for each frame: {"frame", "time", "faces": [{"id", "x", "y", "w", "h", "label"}]}.
 *
 * found: of the true faces that are wholly in the picture ("inside"), those that the log has a box for, with an
 *        intersection over union of at least .4. A frame that the log lacks has found none.
 * right: of those found, the ones with the true label; faces that came in or whose expression changed less than .7 s
 *        ago do not count.
 * kept:  visits that have one and the same id in the log from beginning to end, an id that no other visit has.
 * false: boxes of the log that no true face fits, inside or not.
 * Exit code 1 when a share is below P percent or, with -kept, an id was not kept; 2 for wrong use or files. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

enum { FACES = 16, VISITS = 256 };
static const double least_overlap = .4, settle = .7;

typedef struct {
    int id;
    double x, y, w, h;
    char label[32]; /* "": none */
    bool inside, matched;
} face;

typedef struct {
    long number;
    double time;
    int count;
    face faces[FACES];
} frame;

typedef struct {
    frame *frames;
    size_t count;
} record;

/* What has been seen of a visit so far. */
typedef struct {
    bool began, kept;
    int id; /* in the log; 0: not found yet */
    double since;
    char label[32];
} visit;

typedef struct {
    long faces, found, judged, right, boxes, wrong_boxes;
    int visits, kept;
} figures;

static double number(const cJSON *object, const char *key) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

/* False for what is no such frame. */
static bool read_frame(const char *line, frame *f) {
    cJSON *json = cJSON_Parse(line);
    const cJSON *faces = cJSON_GetObjectItemCaseSensitive(json, "faces"), *item;
    bool good = cJSON_IsArray(faces) && cJSON_GetArraySize(faces) <= FACES;
    const double at = number(json, "frame"), time = number(json, "time");
    good = good && isfinite(at) && isfinite(time);
    *f = (frame){.number = good ? (long)at : 0, .time = time};
    cJSON_ArrayForEach(item, faces) {
        if (good) {
            face *to = &f->faces[f->count++];
            *to = (face){(int)number(item, "id"),
                         number(item, "x"),
                         number(item, "y"),
                         number(item, "w"),
                         number(item, "h"),
                         "",
                         false,
                         false};
            const cJSON *label = cJSON_GetObjectItemCaseSensitive(item, "label");
            snprintf(to->label, sizeof to->label, "%s", cJSON_IsString(label) ? label->valuestring : "");
            to->inside = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "inside"));
            good = isfinite(to->x + to->y + to->w + to->h);
        }
    }
    cJSON_Delete(json);
    return good;
}

static bool read_record(const char *path, record *r) {
    uint8_t *bytes;
    size_t size;
    dk_error err = {0};
    if (dk_file_read(path, 0, &bytes, &size, &err) != DK_OK) {
        fprintf(stderr, "truth: %s\n", err.text);
        return false;
    }
    size_t lines = 1;
    for (size_t i = 0; i < size; i++) {
        lines += bytes[i] == '\n';
    }
    r->frames = calloc(lines, sizeof *r->frames);
    bool good = r->frames != NULL;
    char *rest = NULL;
    for (char *line = strtok_r((char *)bytes, "\n", &rest); good && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        good = read_frame(line, &r->frames[r->count]);
        r->count++;
    }
    if (!good) {
        fprintf(stderr, "truth: %s: line %zu is no frame\n", path, r->count);
    }
    free(bytes);
    return good;
}

static double overlap(const face *a, const face *b) {
    const double w = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
    const double h = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);
    return w > 0 && h > 0 ? w * h / (a->w * a->h + b->w * b->h - w * h) : 0;
}

/* The box that fits best and fits no face yet; NULL: none. */
static face *box_of(const face *f, frame *log) {
    face *best = NULL;
    double most = least_overlap;
    for (int i = 0; log != NULL && i < log->count; i++) {
        const double o = overlap(f, &log->faces[i]);
        if (!log->faces[i].matched && o >= most) {
            most = o;
            best = &log->faces[i];
        }
    }
    if (best != NULL) {
        best->matched = true;
    }
    return best;
}

static void judge(const face *f, const face *box, double time, visit *v, figures *sum) {
    if (!v->began || strcmp(v->label, f->label) != 0) {
        v->kept = v->began ? v->kept : true;
        v->began = true;
        v->since = time;
        snprintf(v->label, sizeof v->label, "%s", f->label);
    }
    sum->faces++;
    if (box == NULL) {
        return;
    }
    sum->found++;
    v->kept = v->kept && (v->id == 0 || v->id == box->id);
    v->id = box->id;
    if (time - v->since >= settle) {
        sum->judged++;
        sum->right += strcmp(box->label, f->label) == 0;
    }
}

static void compare(record *truth, record *log, visit *visits, figures *sum) {
    size_t at = 0;
    for (size_t i = 0; i < truth->count; i++) {
        frame *t = &truth->frames[i], *l;
        while (at < log->count && log->frames[at].number < t->number) {
            at++;
        }
        l = at < log->count && log->frames[at].number == t->number ? &log->frames[at] : NULL;
        for (int k = 0; k < t->count; k++) {
            const face *box = box_of(&t->faces[k], l);
            if (t->faces[k].inside && t->faces[k].id > 0 && t->faces[k].id < VISITS) {
                judge(&t->faces[k], box, t->time, &visits[t->faces[k].id], sum);
            }
        }
        for (int k = 0; l != NULL && k < l->count; k++) {
            sum->boxes++;
            sum->wrong_boxes += !l->faces[k].matched;
        }
    }
}

static void count_visits(const visit *visits, figures *sum) {
    for (int i = 0; i < VISITS; i++) {
        bool own = visits[i].kept && visits[i].id != 0;
        for (int k = 0; k < VISITS; k++) {
            own = own && (k == i || visits[k].id != visits[i].id);
        }
        sum->visits += visits[i].began;
        sum->kept += own;
    }
}

static double percent(long part, long whole) {
    return whole > 0 ? 100. * (double)part / (double)whole : 0;
}

static bool read_share(const char *text, double *out) {
    return text != NULL && dk_text_float(text, out) && *out >= 0 && *out <= 100;
}

static int tell(record *truth, record *log, double found, double right, bool kept) {
    static visit visits[VISITS];
    figures sum = {0};
    compare(truth, log, visits, &sum);
    count_visits(visits, &sum);
    printf("found %.1f %% (%ld of %ld faces)\n", percent(sum.found, sum.faces), sum.found, sum.faces);
    printf("right %.1f %% (%ld of %ld labels)\n", percent(sum.right, sum.judged), sum.right, sum.judged);
    printf("kept  %d of %d ids\n", sum.kept, sum.visits);
    printf("false %.1f %% (%ld of %ld boxes)\n", percent(sum.wrong_boxes, sum.boxes), sum.wrong_boxes,
           sum.boxes);
    return percent(sum.found, sum.faces) < found || percent(sum.right, sum.judged) < right ||
           (kept && (sum.kept < sum.visits || sum.visits == 0));
}

int main(int argc, char **argv) {
    record truth = {0}, log = {0};
    double found = 0, right = 0;
    bool kept = false, good = argc >= 3;
    for (int i = 3; i < argc && good; i++) {
        if (strcmp(argv[i], "-kept") == 0) {
            kept = true;
        } else {
            double *to = strcmp(argv[i], "-found") == 0   ? &found
                         : strcmp(argv[i], "-right") == 0 ? &right
                                                          : NULL;
            good = to != NULL && read_share(argv[++i], to);
        }
    }
    if (!good) {
        fprintf(stderr, "usage: truth TRUTH.jsonl LOG.jsonl [-found PERCENT] [-right PERCENT] [-kept]\n");
        return 2;
    }
    const int code = read_record(argv[1], &truth) && read_record(argv[2], &log)
                         ? tell(&truth, &log, found, right, kept)
                         : 2;
    free(truth.frames);
    free(log.frames);
    return code;
}
