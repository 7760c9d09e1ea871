/* Numbers of a picture: the last words of its line in a list, or of a file that lies as labels of detectors do. They do
 * not follow the picture's map; conf.flip_values says which change sign in a mirror. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/grow.h"
#include "base/hash.h"
#include "data/beside.h"
#include "data/truth.h"

enum { MOST_BYTES = 1 << 16 }; /* of a file of numbers */

typedef struct {
    float *values; /* pictures · outputs */
    int room;
} kept;

static dk_status open(dk_dataset *set, dk_error *err) {
    return set->truth.outputs > 0
               ? DK_OK
               : dk_fail(
                     err, DK_EDATA,
                     "%s: the .data file does not say how many numbers belong to a picture; outputs=N does",
                     set->source);
}

/* The last `count` words of text as numbers, and where the first of them begins; false: they are none. */
static bool take_words(char *text, int count, float *values, char **first) {
    char *end = text + strlen(text);
    for (int i = count - 1; i >= 0; i--) {
        double value = 0;
        char word[64];
        while (end > text && strchr(" \t", end[-1]) != NULL) {
            end--;
        }
        char *begin = end;
        while (begin > text && strchr(" \t", begin[-1]) == NULL) {
            begin--;
        }
        const size_t n = (size_t)(end - begin);
        if (n == 0 || n >= sizeof word) {
            return false;
        }
        memcpy(word, begin, n);
        word[n] = '\0';
        if (!dk_text_float(word, &value) || !isfinite((float)value)) {
            return false;
        }
        values[i] = (float)value;
        end = begin;
    }
    *first = end;
    return true;
}

static dk_status take_text(float *values, char *text, int outputs, const char *path, dk_error *err) {
    int count = 0, line = 1;
    for (char *p = text;;) {
        const size_t blank = strspn(p, " \t\r\n");
        line += (int)dk_text_tally(p, blank, '\n');
        p += blank;
        if (*p == '\0') {
            break;
        }
        char *const end = p + strcspn(p, " \t\r\n");
        const char was = *end;
        double value = 0;
        *end = '\0';
        if (!dk_text_float(p, &value) || !isfinite((float)value)) {
            return dk_fail(err, DK_EDATA,
                           "%s:%d: '%.60s' is no number; %d are wanted (outputs of the .data file)", path,
                           line, p, outputs);
        }
        values[count < outputs ? count : 0] = (float)value;
        count++;
        *end = was;
        p = end;
    }
    return count == outputs
               ? DK_OK
               : dk_fail(err, DK_EDATA, "%s:1: has %d numbers; %d are wanted (outputs of the .data file)",
                         path, count, outputs);
}

static dk_status read_file(float *values, const dk_dataset *set, const char *picture, dk_error *err) {
    static const dk_beside labels = {"labels", ".txt", ".txt"};
    const char *path = NULL;
    char *text = NULL;
    size_t size = 0;
    DK_TRY(dk_beside_find(&path, picture, &labels, set->arena, err));
    DK_TRY(dk_text_read(&text, &size, path, MOST_BYTES, "the numbers of a picture", err));
    const dk_status status = take_text(values, text, set->truth.outputs, path, err);
    free(text);
    return status;
}

static dk_status read(dk_dataset *set, dk_sample *sample, char *entry, int line, dk_error *err) {
    kept *const k = set->truths;
    const int outputs = set->truth.outputs;
    char *first = NULL;
    (void)sample;
    while (k->room < (set->count + 1) * outputs) {
        DK_TRY(DK_GROW(k->values, k->room, k->room, "the numbers of pictures", err));
    }
    float *const values = k->values + (ptrdiff_t)set->count * outputs;
    if (line == 0 || !take_words(entry, outputs, values, &first) || dk_path_exists(entry)) {
        const dk_status status = read_file(values, set, entry, err);
        return status == DK_OK || line == 0
                   ? status
                   : dk_error_prefix(err, status, "%s:%d: no %d numbers stand behind the path", set->source,
                                     line, outputs);
    }
    while (first > entry && strchr(" \t", first[-1]) != NULL) {
        first--;
    }
    *first = '\0';
    return *entry != '\0' ? DK_OK
                          : dk_fail(err, DK_EDATA, "%s:%d: has %d numbers, but no path before them",
                                    set->source, line, outputs);
}

static void move(dk_dataset *set, int to, int from) {
    const int outputs = set->truth.outputs;
    float *const values = ((kept *)set->truths)->values;
    memmove(values + (ptrdiff_t)to * outputs, values + (ptrdiff_t)from * outputs,
            (size_t)outputs * sizeof *values);
}

static uint64_t hash(const dk_dataset *set, int picture, uint64_t seed) {
    const size_t outputs = (size_t)set->truth.outputs;
    const float *const values = ((const kept *)set->truths)->values + (size_t)picture * outputs;
    return dk_hash((const uint8_t *)values, outputs * sizeof *values, seed);
}

static void close(dk_dataset *set) {
    free(((kept *)set->truths)->values);
}

static size_t floats(const dk_dataset *set, const dk_loader_conf *conf) {
    (void)conf;
    return (size_t)set->truth.outputs;
}

static dk_status fill(const dk_dataset *set, int picture, const dk_row_view *view, const dk_loader_conf *conf,
                      float *row, dk_error *err) {
    const int outputs = set->truth.outputs;
    const float *const values = ((const kept *)set->truths)->values + (ptrdiff_t)picture * outputs;
    const float *const m = view->map.m;
    const bool mirrored = m[0] * m[4] - m[1] * m[3] < 0;
    (void)err;
    for (int i = 0; i < outputs; i++) {
        row[i] = mirrored && conf->flip_values != NULL ? values[i] * (float)conf->flip_values[i] : values[i];
    }
    return DK_OK;
}

/* Nine digits tell a float32 from every other. */
static dk_status pack(const dk_dataset *set, int picture, dk_buffer *out, dk_error *err) {
    const int outputs = set->truth.outputs;
    const float *const values = ((const kept *)set->truths)->values + (ptrdiff_t)picture * outputs;
    (void)err;
    for (int i = 0; i < outputs; i++) {
        dk_buffer_add(out, "%s%.9g", i > 0 ? " " : "", (double)values[i]);
    }
    dk_buffer_put(out, "\n", 1);
    return DK_OK;
}

const dk_truth_kind dk_truth_values = {.name = "values",
                                       .size = sizeof(kept),
                                       .open = open,
                                       .read = read,
                                       .move = move,
                                       .hash = hash,
                                       .close = close,
                                       .floats = floats,
                                       .fill = fill,
                                       .ending = ".txt",
                                       .pack = pack};
