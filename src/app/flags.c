/* The table of flags, and how a command line is taken apart with it. A flag is a row; what it fills is a
 * field of dk_flags. What is *not* here: which command takes which flag (each command's own list). */
#include "app/flags.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "app/habits.h"

/* NET: -K V is short for -set net.K=V. */
typedef enum { SWITCH, INT, LONG, FLOAT, BYTES, TEXT, SET, NET } kind;

typedef struct {
    const char *name;
    kind kind;
    size_t at;
    long min, max;
    const char *value, *help;
} flag;

#define AT(field) offsetof(dk_flags, field)
static const flag table[] = {
    {"threads", INT, AT(threads), 1, 1024, "N", "threads to compute with (default: one per core)"},
    {"seed", LONG, AT(seed), 1, INT32_MAX, "N", "start of all random numbers (default: the cfg's, else 1)"},
    {"clear", SWITCH, AT(clear), 0, 1, NULL, "do not carry on the count of pictures that WEIGHTS has seen"},
    {"fresh_classifier", SWITCH, AT(fresh_classifier), 0, 1, NULL,
     "start with new values in the last layer with weights, whatever number of classes WEIGHTS are for"},
    {"resume", SWITCH, AT(resume), 0, 1, NULL,
     "go on with the run that was stopped, exactly: same command, same cfg"},
    {"strict", SWITCH, AT(strict), 0, 1, NULL, "classes without a picture are an error, not a warning"},
    {"classic", SWITCH, AT(classic), 0, 1, NULL, "print the lines of Darknet"},
    {"dont_show", SWITCH, AT(dont_show), 0, 1, NULL, "open no window"},
    {"chart", TEXT, AT(chart), 0, 0, "FILE", "where the chart goes besides the run's folder (chart.png)"},
    {"json", SWITCH, AT(json), 0, 1, NULL, "print JSON"},
    {"set", SET, 0, 0, 0, "net.K=V",
     "override a key of [net], or with data.K=V of the .data file; repeatable"},
    {"max_memory", BYTES, AT(max_memory), 0, 0, "2G",
     "most memory a network may take (default: what is free)"},
    {"backend", TEXT, AT(backend), 0, 0, "NAME", "engine to compute with; `version` lists them"},
    {"precision", NET, 0, 0, 0, "f32|bf16|auto",
     "what to compute in (default: the cfg's); auto is bf16 where the processor has it"},
    {"t", INT, AT(top), 1, INT32_MAX, "N",
     "answers per picture, and the k of top-k (default: `top` in DATA)"},
    {"layer", INT, AT(layer), 0, INT32_MAX, "N", "only layer N, counted from 0"},
    {"values", SWITCH, AT(values), 0, 1, NULL, "print the layer's output values, one a line (needs -layer)"},
    {"input", TEXT, AT(input), 0, 0, "FILE", "a picture, or c*h*w little-endian float32 already normalised"},
    {"out", TEXT, AT(out), 0, 0, "FILE",
     "where the result goes (valid: every answer as CSV; check: a list of the good pictures; demo: a film)"},
    {"augmented", SWITCH, AT(augmented), 0, 1, NULL, "as the augmentation makes them"},
    {"count", INT, AT(count), 1, 1024, "N", "pictures to draw (40)"},
    {"train", SWITCH, AT(train), 0, 1, NULL, "as built for training"},
    {"markdown", SWITCH, AT(markdown), 0, 1, NULL,
     "every option table as Markdown (docs/cfg.md); with `darknet`, that topic"},
    {"tta", TEXT, AT(tta), 0, 0, "none|flip|ten|all",
     "average the answers to several views: mirrored, ten crops, or all of these and the whole"},
    {"calibrate", SWITCH, AT(calibrate), 0, 1, NULL,
     "fit a temperature on these pictures; WEIGHTS.json keeps it for predict"},
    {"calibrate", TEXT, AT(calibrate_data), 0, 0, "DATA",
     "set the statistics of normalisations with the training pictures of this .data file"},
    {"exclude", TEXT, AT(exclude), 0, 0, "LIST",
     "leave out the pictures that this file names, one path a line"},
    {"split", TEXT, AT(split), 0, 0, "train|valid|test",
     "whose pictures -out and -twins list (default: valid)"},
    {"twins", TEXT, AT(twins), 0, 0, "FILE", "write the list of pictures that -out leaves out, for -exclude"},
    {"c", TEXT, AT(camera), 0, 0, "N", "camera N, counted from 0, or its device (/dev/video2)"},
    {"cascade", TEXT, AT(cascade), 0, 0, "FILE",
     "Haar cascade to find faces with (default: haarcascade_frontalface_alt2.xml of Debian's opencv-data)"},
    {"detect_size", INT, AT(detect_size), 64, 4096, "N",
     "longest side, in pixels, that frames are shrunk to before faces are looked for (640, of stills 1280)"},
    {"detect_every", INT, AT(detect_every), 1, 1000, "N",
     "look for faces on every N-th frame (default: often enough)"},
    {"margin", FLOAT, AT(margin), 0, 2, "X", "what is added around a face, as a share of its side (0.05)"},
    {"smooth", FLOAT, AT(smooth), 0, 60, "SECONDS", "time constant that answers settle with (0.35)"},
    {"reconnect", FLOAT, AT(reconnect), 0, 1000000, "SECONDS",
     "how long a stream that broke off is tried again (60)"},
    {"realtime", SWITCH, AT(realtime), 0, 1, NULL, "play a film at its own pace, passing over late frames"},
    {"json", TEXT, AT(json_file), 0, 0, "FILE", "write a line of JSON for each frame"},
    {"csv", TEXT, AT(csv), 0, 0, "FILE", "write a line of CSV for each face and frame"},
    {"sheet", TEXT, AT(sheet), 0, 0, "FILE.png", "draw frames of the whole run on one picture"},
    {"summary", SWITCH, AT(summary), 0, 1, NULL,
     "tell at the end how long each face showed what, and draw it over time"},
    {"faces", SWITCH, AT(faces), 0, 1, NULL, "find the faces in each picture and name those"},
    {"help", SWITCH, AT(help), 0, 1, NULL, "what `help` prints"},
    {"version", SWITCH, AT(version), 0, 1, NULL, "what `version` prints"},
};
enum { FLAGS = sizeof table / sizeof *table };
_Static_assert((int)FLAGS <= (int)DK_FLAGS_MOST, "a larger DK_FLAGS_MOST is wanted");

/* A command's list names a row as "name", which is the first row of that name, or as "name VALUE". */
static bool means(const char *entry, const flag *f) {
    const size_t n = strlen(f->name);
    return strncmp(entry, f->name, n) == 0 &&
           (entry[n] == '\0' || (entry[n] == ' ' && f->value && strcmp(entry + n + 1, f->value) == 0));
}

static const flag *row(const char *entry) {
    for (int i = 0; i < FLAGS; i++) {
        if (means(entry, &table[i])) {
            return &table[i];
        }
    }
    return NULL;
}

/* The flag that this word is for a command that takes `names`; with other commands, the first of that name. */
static const flag *find(const char *word, const char *const *names) {
    for (; names && *names; names++) {
        const flag *f = row(*names);
        if (strcmp(f->name, word) == 0) {
            return f;
        }
    }
    return strchr(word, ' ') ? NULL : row(word);
}

static dk_status unknown(const char *word, dk_error *err) {
    const char *names[FLAGS + 1] = {NULL};
    for (int i = 0; i < FLAGS; i++) {
        names[i] = table[i].name;
    }
    const char *bare = word + strspn(word, "-");
    const char *near = find(bare, NULL) ? bare : dk_text_closest(bare, names);
    if (near) {
        return dk_fail(err, DK_EUSAGE, "there is no flag %s; did you mean -%s?", word, near);
    }
    return dk_fail(err, DK_EUSAGE, "there is no flag %s; a file of that name is given after --", word);
}

/* "2G", "512M", "64k" or plain bytes. */
static bool bytes(const char *text, size_t *out) {
    char digits[32];
    const size_t n = strlen(text);
    const char *units = "kmgt";
    const char *unit = n > 0 ? strchr(units, text[n - 1] | 0x20) : NULL;
    const size_t keep = unit ? n - 1 : n;
    double value = 0;
    if (keep == 0 || keep >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, keep);
    digits[keep] = '\0';
    if (!dk_text_float(digits, &value) || value <= 0) {
        return false;
    }
    for (long i = unit ? unit - units + 1 : 0; i > 0; i--) {
        value *= 1024;
    }
    *out = (size_t)value;
    return value < 9e18 && *out > 0;
}

/* Appends to a list that ends with NULL. */
static dk_status append(const char ***list, const char *text, dk_arena *arena, dk_error *err) {
    size_t n = 0;
    while (*list && (*list)[n]) {
        n++;
    }
    const char **longer = dk_arena_alloc(arena, (n + 2) * sizeof *longer);
    if (!longer) {
        return dk_no_memory(err, (n + 2) * sizeof *longer, "a list of flags");
    }
    if (n > 0) {
        memcpy(longer, *list, n * sizeof *longer);
    }
    longer[n] = text;
    *list = longer;
    return DK_OK;
}

static dk_status set(dk_flags *flags, const char *value, dk_arena *arena, dk_error *err) {
    const bool net = strncmp(value, "net.", 4) == 0, data = strncmp(value, "data.", 5) == 0;
    const char *key = value + (net ? 4 : 5);
    if ((!net && !data) || !strchr(key, '=') || *key == '=') {
        return dk_fail(err, DK_EUSAGE, "-set %s: wanted is net.KEY=VALUE or data.KEY=VALUE", value);
    }
    return append(net ? &flags->set_net : &flags->set_data, key, arena, err);
}

static dk_status set_key(dk_flags *flags, const char *key, const char *value, dk_arena *arena,
                         dk_error *err) {
    const size_t room = strlen(key) + strlen(value) + 2;
    char *pair = dk_arena_alloc(arena, room);
    if (!pair) {
        return dk_no_memory(err, room, "a setting");
    }
    snprintf(pair, room, "%s=%s", key, value);
    return append(&flags->set_net, pair, arena, err);
}

static dk_status number(const flag *f, const char *text, long *out, dk_error *err) {
    if (!dk_text_int(text, out)) {
        return dk_fail(err, DK_EUSAGE, "-%s %s: this is no whole number", f->name, text);
    }
    if (*out < f->min || *out > f->max) {
        return dk_fail(err, DK_EUSAGE, "-%s %s is out of range %ld..%ld", f->name, text, f->min, f->max);
    }
    return DK_OK;
}

static dk_status take(dk_flags *flags, const flag *f, const char *value, dk_arena *arena, dk_error *err) {
    void *field = (char *)flags + f->at;
    long n = 0;
    switch (f->kind) {
    case SWITCH:
        *(int *)field = 1;
        return DK_OK;
    case INT:
        DK_TRY(number(f, value, &n, err));
        *(int *)field = (int)n;
        return DK_OK;
    case LONG:
        return number(f, value, field, err);
    case FLOAT:
        if (!dk_text_float(value, field) || *(double *)field < (double)f->min ||
            *(double *)field > (double)f->max) {
            return dk_fail(err, DK_EUSAGE, "-%s %s: wanted is a number in %ld..%ld", f->name, value, f->min,
                           f->max);
        }
        return DK_OK;
    case BYTES:
        if (!bytes(value, field)) {
            return dk_fail(err, DK_EUSAGE, "-%s %s: wanted is a size such as 800M or 2G", f->name, value);
        }
        return DK_OK;
    case TEXT:
        *(const char **)field = value;
        return DK_OK;
    case NET:
        return set_key(flags, f->name, value, arena, err);
    case SET:
        break;
    }
    return set(flags, value, arena, err);
}

/* A flag of other Darknets: *used words of the line are it. */
static dk_status take_habit(dk_flags *flags, const dk_habit *h, const char *next, bool known, int *used,
                            dk_arena *arena, dk_error *err) {
    const char *note = NULL;
    if (!known) {
        *used = dk_habit_has_value(h, next) ? 2 : 1;
        return DK_OK;
    }
    DK_TRY(dk_habit_take(h, next, used, &note, arena, err));
    return append(&flags->notes, note, arena, err);
}

/* The flag at the begin of these words: *used of them are it. */
static dk_status take_flag(dk_flags *flags, int argc, const char *const *argv, const char *const *names,
                           int *used, dk_arena *arena, dk_error *err) {
    const flag *f = find(argv[0] + 1, names);
    const dk_habit *h = f ? NULL : dk_habit_find(argv[0] + 1);
    if (h) {
        return take_habit(flags, h, argc > 1 ? argv[1] : NULL, names != NULL, used, arena, err);
    }
    if (!f) {
        return unknown(argv[0], err);
    }
    if (f->kind != SWITCH && argc == 1) {
        return dk_fail(err, DK_EUSAGE, "%s wants a value: -%s %s", argv[0], f->name, f->value);
    }
    *used = f->kind == SWITCH ? 1 : 2;
    flags->given[f - table] = true;
    return take(flags, f, f->kind == SWITCH ? NULL : argv[1], arena, err);
}

dk_status dk_flags_parse(dk_flags *flags, int argc, const char *const *argv, const char *const *names,
                         const char **words, int *count, dk_arena *arena, dk_error *err) {
    *flags = (dk_flags){.layer = -1, .top = -1, .margin = -1, .smooth = -1, .reconnect = -1};
    *count = 0;
    bool open = true; /* until -- */
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (open && strcmp(word, "--") == 0) {
            open = false;
        } else if (!open || word[0] != '-' || word[1] == '\0') {
            words[(*count)++] = word;
        } else {
            int used = 1;
            DK_TRY(take_flag(flags, argc - i, argv + i, names, &used, arena, err));
            i += used - 1;
        }
    }
    return DK_OK;
}

static bool among(const char *const *names, const flag *f) {
    for (; names && *names; names++) {
        if (row(*names) == f) {
            return true;
        }
    }
    return false;
}

dk_status dk_flags_allow(const dk_flags *flags, const char *const *names, const char *command,
                         dk_error *err) {
    for (int i = 0; i < FLAGS; i++) {
        if (flags->given[i] && !among(names, &table[i])) {
            return dk_fail(err, DK_EUSAGE, "`%s` has no flag -%s", command, table[i].name);
        }
    }
    return DK_OK;
}

void dk_flags_usage(const char *const *names, dk_buffer *out) {
    for (; names && *names; names++) {
        const flag *f = row(*names);
        dk_buffer_add(out, " [-%s%s%s]", f->name, f->value ? " " : "", f->value ? f->value : "");
    }
}

void dk_flags_help(const char *const *names, dk_buffer *out) {
    for (; names && *names; names++) {
        const flag *f = row(*names);
        char left[64];
        snprintf(left, sizeof left, "-%s %s", f->name, f->value ? f->value : "");
        dk_buffer_add(out, "    %-18s %s\n", left, f->help);
    }
}
