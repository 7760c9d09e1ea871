#include "app/habits.h"

#include <stdio.h>
#include <string.h>

/* What stands behind a flag. MAYBE: numbers, if numbers stand there. */
typedef enum { SWITCH, NUMBER, NUMBERS, TEXT, MAYBE } value;

struct dk_habit {
    const char *name;
    value value;
    enum { TAKEN, REFUSED, MEANS } fate;
    const char *words; /* MEANS: our flag */
};

#define PROCESSOR "everything is computed on the processor"
#define DETECTORS "belongs to detectors of objects, which are not there"
#define NO_CLIENT "-http PORT serves the answers of the demo (/api/demo/events), -json FILE writes them"

static const dk_habit flags[] = {
    {"i", NUMBER, TAKEN, PROCESSOR},
    {"gpus", NUMBERS, TAKEN, PROCESSOR},
    {"gpu", MAYBE, TAKEN, PROCESSOR},
    {"nogpu", SWITCH, TAKEN, PROCESSOR},
    {"cuda_debug_sync", SWITCH, TAKEN, PROCESSOR},
    {"topk", SWITCH, TAKEN,
     "accuracy is told after every validation, of the best `top` answers, too (a key of DATA)"},
    {"map", SWITCH, TAKEN, "classifiers have no average precision; accuracy is told after every validation"},
    {"mAP_epochs", NUMBER, TAKEN, "valid_every in [net] says how many epochs lie between validations"},
    {"dontuse_opencv", SWITCH, TAKEN, "pictures are read without OpenCV"},
    {"letter_box", SWITCH, TAKEN, "for detectors; classifiers cut out the centre"},
    {"ext_output", SWITCH, TAKEN, "the places of faces are always told"},
    {"fullscreen", SWITCH, TAKEN, "the desktop makes windows large"},
    {"thresh", NUMBER, REFUSED,
     "a classifier tells its best answers with their probabilities, however small: leave it out; -t N of "
     "predict "
     "says how many, -json gives all scores"},
    {"hier", NUMBER, REFUSED, "classes are flat here; there are no trees"},
    {"hier_thresh", NUMBER, REFUSED, "classes are flat here; there are no trees"},
    {"iou_thresh", NUMBER, REFUSED, DETECTORS},
    {"points", NUMBER, REFUSED, DETECTORS},
    {"num_of_clusters", NUMBER, REFUSED, DETECTORS},
    {"save_labels", SWITCH, REFUSED, "label files are not written; -json tells the boxes of faces"},
    {"out_filename", TEXT, REFUSED, "-out FILE writes the film or picture of the demo"},
    {"prefix", TEXT, REFUSED, "-out FILE.mp4 writes the frames of the demo as a film"},
    {"json_file_output", TEXT, REFUSED, "-json FILE writes the answers of the demo"},
    {"json_port", NUMBER, REFUSED, NO_CLIENT},
    {"mjpeg_port", NUMBER, MEANS, "-http"},
    {"http_port", NUMBER, MEANS, "-http"},
    {"http_post_host", TEXT, REFUSED, NO_CLIENT},
    {"show", SWITCH, REFUSED, "`classifier samples DATA CFG -augmented` draws what training sees"},
    {"show_imgs", SWITCH, REFUSED, "`classifier samples DATA CFG -augmented` draws what training sees"},
    {"dontdraw_bbox", SWITCH, REFUSED,
     "-json, -csv and -summary of the demo tell its answers without drawing"},
    {"avg", NUMBER, REFUSED, "-smooth SECONDS says how fast answers settle"},
    {"avgframes", NUMBER, REFUSED, "-smooth SECONDS says how fast answers settle"},
    {"s", NUMBER, REFUSED, "-detect_every N looks for faces on every N-th frame"},
    {"fps", NUMBER, REFUSED, "films are written at their own rate"},
    {"width", NUMBER, REFUSED, "-set net.width=N sets the network's"},
    {"height", NUMBER, REFUSED, "-set net.height=N sets the network's"},
    {"time_limit_sec", NUMBER, REFUSED, "`timeout -s INT SECONDS darknet ...` ends a run in order"},
    {"benchmark", SWITCH, REFUSED,
     "predict tells the milliseconds of each picture, docs/performance.md how to measure"},
    {"benchmark_layers", SWITCH, REFUSED, "`network info CFG` tells the multiply-adds of each layer"},
};
enum { FLAGS = sizeof flags / sizeof *flags };

/* ---- commands ---- */

typedef struct {
    const char *first, *second; /* second NULL: whatever follows */
    const char *words;
} command;

#define OBJECTS "detectors of objects are not there yet; `classifier demo` finds and names faces"
#define CHANGES "weights files are not changed in that way here"
#define OTHERS "this program trains and asks classifiers of pictures"

static const command commands[] = {
    {"classify", NULL, "`classifier predict DATA CFG WEIGHTS PICTURE` does that; DATA names the classes"},
    {"classifier", "valid10", "`classifier valid DATA CFG WEIGHTS -tta ten` does that"},
    {"classifier", "validmulti", "`classifier valid DATA CFG WEIGHTS -tta all` averages the most views"},
    {"classifier", "validfull",
     "`classifier valid` does that, in another size with -set net.width=N -set net.height=N"},
    {"classifier", "validcrop", "`classifier valid` does that, on the centre of each picture"},
    {"classifier", "label", "`classifier predict DATA CFG WEIGHTS FOLDER -t 1` does that"},
    {"classifier", "try", "`network stats CFG WEIGHTS -input PICTURE -layer N -values` does that"},
    {"classifier", "fout", "`classifier test` prints every score of every picture"},
    {"classifier", "csv", "`classifier valid DATA CFG WEIGHTS -out FILE` writes every answer as CSV"},
    {"detector", NULL, OBJECTS},
    {"detect", NULL, OBJECTS},
    {"yolo", NULL, OBJECTS},
    {"coco", NULL, OBJECTS},
    {"vid", NULL, OBJECTS},
    {"statistics", NULL, "`network stats CFG WEIGHTS` tells what each layer answers"},
    {"ops", NULL, "`network info CFG` tells the multiply-adds, which are two operations each"},
    {"speed", NULL,
     "`classifier predict` tells the milliseconds of each picture, docs/performance.md how to measure"},
    {"visualize", NULL, "`network stats CFG WEIGHTS -layer N -values` prints what a layer answers"},
    {"imtest", NULL,
     "`classifier samples DATA CFG -augmented` draws what the augmentation makes of pictures"},
    {"average", NULL, "weights are averaged while training: ema_alpha in [net]"},
    {"rescale", NULL, "input_mean and input_scale in [net] say how pixels are scaled"},
    {"rgbgr", NULL, "pictures are always red, green and blue, in that order; " CHANGES},
    {"denormalize", NULL, CHANGES},
    {"normalize", NULL, CHANGES},
    {"reset", NULL, CHANGES},
    {"reset_normalize", NULL, CHANGES},
    {"oneoff", NULL, "`network partial CFG WEIGHTS OUT N` keeps the first N layers"},
    {"oneoff2", NULL, "`network partial CFG WEIGHTS OUT N` keeps the first N layers"},
    {"print", NULL, "docs/weights-format.md tells where which value stands"},
    {"cifar", NULL, "`classifier train` learns any pictures in folders or lists"},
    {"tag", NULL, "pictures have one label each here"},
    {"3d", NULL, OTHERS},
    {"art", NULL, OTHERS},
    {"captcha", NULL, OTHERS},
    {"dice", NULL, OTHERS},
    {"go", NULL, OTHERS},
    {"isegmenter", NULL, OTHERS},
    {"lsd", NULL, OTHERS},
    {"mkimg", NULL, OTHERS},
    {"nightmare", NULL, OTHERS},
    {"rnn", NULL, OTHERS},
    {"super", NULL, OTHERS},
    {"voxel", NULL, OTHERS},
    {"writing", NULL, OTHERS},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

const dk_habit *dk_habit_find(const char *name) {
    for (int i = 0; i < FLAGS; i++) {
        if (strcmp(flags[i].name, name) == 0) {
            return &flags[i];
        }
    }
    return NULL;
}

const char *dk_habit_name(int i) {
    return i < FLAGS ? flags[i].name : NULL;
}

/* "0", "-1", ".5"; as a list also "0,1". */
static bool numbers(const char *text, bool list) {
    char item[32];
    double number = 0;
    for (;;) {
        const size_t n = strcspn(text, list ? "," : "");
        snprintf(item, sizeof item, "%.*s", n < sizeof item ? (int)n : 0, text);
        if (!dk_text_float(item, &number)) {
            return false;
        }
        if (text[n] == '\0') {
            return true;
        }
        text += n + 1;
    }
}

const char *dk_habit_means(const dk_habit *h) {
    return h->fate == MEANS ? h->words + 1 : NULL;
}

bool dk_habit_has_value(const dk_habit *h, const char *next) {
    return next != NULL && h->value != SWITCH && (h->value != MAYBE || numbers(next, true));
}

dk_status dk_habit_take(const dk_habit *h, const char *given, const char **note, dk_arena *arena,
                        dk_error *err) {
    if (h->fate == MEANS) {
        return dk_fail(err, DK_EUSAGE, "there is no flag -%s; where a command has one, it means %s", h->name,
                       h->words);
    }
    if (h->fate == REFUSED) {
        return dk_fail(err, DK_EUSAGE, "there is no flag -%s: %s", h->name, h->words);
    }
    if (h->value != SWITCH && h->value != MAYBE && !given) {
        return dk_fail(err, DK_EUSAGE, "-%s wants a number behind it, and has no effect (%s); leave it out",
                       h->name, h->words);
    }
    if (given && !numbers(given, h->value != NUMBER)) {
        return dk_fail(err, DK_EUSAGE, "-%s %s: a number stands there in Darknet's lines; files have no flag",
                       h->name, given);
    }
    *note = dk_arena_format(arena, "-%s%s%s has no effect: %s", h->name, given ? " " : "", given ? given : "",
                            h->words);
    return *note != NULL ? DK_OK : dk_no_memory(err, strlen(h->words), "a note");
}

const char *dk_habit_command(const char *first, const char *second) {
    for (int i = 0; i < COMMANDS; i++) {
        const command *c = &commands[i];
        if (strcmp(c->first, first) == 0 && (!c->second || (second && strcmp(c->second, second) == 0))) {
            return c->words;
        }
    }
    return NULL;
}

/* ---- help ---- */

static void name_flag(char out[32], const dk_habit *h) {
    static const char *const values[] = {"", " N", " N,N", " TEXT", " [N]"};
    snprintf(out, 32, "-%s%s", h->name, values[h->value]);
}

static void name_command(char out[32], const command *c) {
    snprintf(out, 32, "%s%s%s", c->first, c->second ? " " : "", c->second ? c->second : "");
}

/* One line, or one row. */
static void add(dk_buffer *out, bool markdown, const char *name, const char *fate, const char *words) {
    if (markdown) {
        dk_buffer_add(out, "| `%s` | %s%s%s |\n", name, fate, fate[0] ? ": " : "", words);
    } else {
        dk_buffer_add(out, "  %-24s %s%s%s\n", name, fate, fate[0] ? ": " : "", words);
    }
}

static void head(dk_buffer *out, bool markdown, const char *what) {
    dk_buffer_add(out, markdown ? "\n| %s | here |\n|---|---|\n" : "\n%s:\n", what);
}

void dk_habits_help(dk_buffer *out, bool markdown) {
    char name[32];
    dk_buffer_add(out,
                  "%sFlags and commands that other Darknets have. Flags without effect are taken, with a "
                  "note; the others\n"
                  "are errors that tell what stands here. `darknet help` lists what there is.\n",
                  markdown ? "## Darknet's command lines\n\n" : "");
    head(out, markdown, "flag");
    for (int i = 0; i < FLAGS; i++) {
        name_flag(name, &flags[i]);
        static const char *const fates[] = {"no effect", "error", "means"};
        add(out, markdown, name, fates[flags[i].fate], flags[i].words);
    }
    head(out, markdown, "command");
    for (int i = 0; i < COMMANDS; i++) {
        name_command(name, &commands[i]);
        add(out, markdown, name, "", commands[i].words);
    }
}
