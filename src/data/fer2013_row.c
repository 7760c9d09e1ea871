/* One line of FER2013's csv: `emotion,pixels,Usage`, where pixels are 2304 numbers with spaces between. Copies that went
 * through a spreadsheet or a data frame have other separators, quotes, 70.0 for 70 and words for numbers; what they mean
 * is clear, and they are read. What is not there is told with the file that has it. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "data/fer2013.h"

#define PIXELS (DK_FER_SIDE * DK_FER_SIDE)

const char *const dk_fer2013_emotions[7] = {"angry", "disgust",  "fear",   "happy",
                                            "sad",   "surprise", "neutral"};

/* A word and the number that it stands for. */
typedef struct {
    const char *word;
    int number;
} meaning;

static const meaning usages[] = {
    {"training", DK_FER_TRAIN},        {"train", DK_FER_TRAIN},
    {"publictest", DK_FER_VALIDATION}, {"validation", DK_FER_VALIDATION},
    {"valid", DK_FER_VALIDATION},      {"val", DK_FER_VALIDATION},
    {"privatetest", DK_FER_TEST},      {"test", DK_FER_TEST},
    {"testing", DK_FER_TEST},          {NULL, 0},
};

static const meaning feelings[] = {
    {"angry", 0},   {"anger", 0},    {"disgust", 1},   {"disgusted", 1}, {"fear", 2},
    {"fearful", 2}, {"afraid", 2},   {"happy", 3},     {"happiness", 3}, {"sad", 4},
    {"sadness", 4}, {"surprise", 5}, {"surprised", 5}, {"neutral", 6},   {NULL, 0},
};

/* Compares letters alone: "Public Test" and "public_test" are "publictest". */
static bool means(const char *text, const char *word) {
    for (; *text != '\0'; text++) {
        if (isalpha((unsigned char)*text)) {
            if (tolower((unsigned char)*text) != *word) {
                return false;
            }
            word++;
        }
    }
    return *word == '\0';
}

static bool find(const meaning *table, const char *text, int *number) {
    for (; table->word != NULL; table++) {
        if (means(text, table->word)) {
            *number = table->number;
            return true;
        }
    }
    return false;
}

/* ---- fields ---- */

/* Cuts the next field off the line, without the white space and quotes around it; NULL after the last. */
static char *next_field(char **line, char separator) {
    char *const begin = *line;
    if (begin == NULL) {
        return NULL;
    }
    char *end = begin;
    for (bool quoted = false; *end != '\0' && (quoted || *end != separator); end++) {
        quoted ^= *end == '"';
    }
    *line = *end == '\0' ? NULL : end + 1;
    *end = '\0';
    char *const field = dk_text_trim(begin);
    const size_t n = strlen(field);
    if (n >= 2 && field[0] == '"' && field[n - 1] == '"') {
        field[n - 1] = '\0';
        return dk_text_trim(field + 1);
    }
    return field;
}

/* What stands between the columns: the first of these outside quotes. */
static char find_separator(const char *header) {
    for (bool quoted = false; *header != '\0'; header++) {
        quoted ^= *header == '"';
        if (!quoted && strchr(",;\t|", *header) != NULL) {
            return *header;
        }
    }
    return ',';
}

static bool quotes_match(const char *line) {
    bool open = false;
    for (; *line != '\0'; line++) {
        open ^= *line == '"';
    }
    return !open;
}

/* ---- the header ---- */

/* What is told of a csv that lacks columns; the first row that fits. */
typedef enum { ANY, THERE, MISSING } state;
static const struct {
    state emotion, pixels, usage, votes;
    const char *text;
} gaps[] = {
    {THERE, THERE, MISSING, ANY,
     "has no column Usage, which says what is for training and what for testing, as train.csv of Kaggle's "
     "challenge; "
     "icml_face_data.csv of the same download has all rows with their Usage"},
    {MISSING, THERE, ANY, ANY,
     "has no column emotion, as test.csv of Kaggle's challenge, whose answers were secret; "
     "icml_face_data.csv of the "
     "same download has all rows with their emotion"},
    {ANY, MISSING, ANY, THERE,
     "these are the votes of FER+ (fer2013new.csv): labels without pictures, which are not read; the "
     "pictures are in "
     "fer2013.csv and icml_face_data.csv"},
};

static bool fits(state wanted, bool there) {
    return wanted == ANY || (wanted == THERE) == there;
}

static dk_status explain(const dk_fer2013_columns *c, bool votes, const char *there, dk_error *err) {
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        if (fits(gaps[i].emotion, c->emotion >= 0) && fits(gaps[i].pixels, c->pixels >= 0) &&
            fits(gaps[i].usage, c->usage >= 0) && fits(gaps[i].votes, votes)) {
            return dk_fail(err, DK_EPARSE, "%s", gaps[i].text);
        }
    }
    return dk_fail(err, DK_EPARSE,
                   "is no header of FER2013; its columns are emotion, pixels and Usage, and here are: %.120s",
                   there);
}

dk_status dk_fer2013_read_header(char *line, dk_fer2013_columns *columns, dk_error *err) {
    *columns = (dk_fer2013_columns){-1, -1, -1, find_separator(line)};
    dk_buffer there = {0};
    bool votes = false;
    int i = 0;
    for (char *field = next_field(&line, columns->separator); field != NULL;
         field = next_field(&line, columns->separator), i++) {
        if (strcasecmp(field, "emotion") == 0) {
            columns->emotion = i;
        } else if (strcasecmp(field, "pixels") == 0) {
            columns->pixels = i;
        } else if (strcasecmp(field, "usage") == 0) {
            columns->usage = i;
        }
        votes |= strcasecmp(field, "image name") == 0 || strcasecmp(field, "contempt") == 0;
        if (there.size < 200) {
            dk_buffer_add(&there, "%s%.40s", i > 0 ? ", " : "", field);
        }
    }
    dk_status status = DK_OK;
    if (columns->emotion < 0 || columns->pixels < 0 || columns->usage < 0) {
        status = explain(columns, votes, there.failed ? "" : there.text, err);
    }
    dk_buffer_free(&there);
    return status;
}

/* ---- rows ---- */

/* 0…6, 3.0 as data frames write it, or the emotion's name. */
static dk_status read_emotion(const char *field, int *emotion, dk_error *err) {
    double value;
    if (dk_text_float(field, &value)) {
        for (int i = 0; i < 7; i++) {
            if (value == i) {
                *emotion = i;
                return DK_OK;
            }
        }
    } else if (find(feelings, field, emotion)) {
        return DK_OK;
    }
    return dk_fail(err, DK_EPARSE, "emotion '%.40s' is not one of 0..6", field);
}

static dk_status read_usage(const char *field, dk_fer_split *split, dk_error *err) {
    int number = 0;
    if (find(usages, field, &number)) {
        *split = (dk_fer_split)number;
        return DK_OK;
    }
    return dk_fail(err, DK_EPARSE, "Usage '%.40s' is not Training, PublicTest or PrivateTest", field);
}

/* A whole number, which may have a fraction of zeros; −1 when there is none up to 255. */
static int read_pixel(const char **at) {
    int value = 0;
    const char *const begin = *at;
    while (**at >= '0' && **at <= '9' && value <= 255) {
        value = value * 10 + (*(*at)++ - '0');
    }
    if (*at == begin) {
        return -1;
    }
    if (**at == '.') {
        *at += 1 + strspn(*at + 1, "0");
    }
    return value <= 255 && (**at == '\0' || strchr(" ,\t]", **at) != NULL) ? value : -1;
}

/* Spaces stand between them, or commas, and brackets may stand around all. */
static dk_status read_pixels(const char *at, unsigned char *pixels, dk_error *err) {
    int count = 0;
    at += strspn(at, "[ ");
    while (*at != '\0') {
        const char *const begin = at;
        const int value = read_pixel(&at);
        if (value < 0) {
            return dk_fail(err, DK_EPARSE, "pixel %d '%.8s' is not a number 0..255", count + 1, begin);
        }
        if (count == PIXELS) {
            return dk_fail(err, DK_EPARSE, "more than %d pixels (%dx%d)", PIXELS, DK_FER_SIDE, DK_FER_SIDE);
        }
        pixels[count++] = (unsigned char)value;
        at += strspn(at, " ,\t]");
    }
    if (count < PIXELS) {
        return dk_fail(err, DK_EPARSE, "%d pixels instead of %d (%dx%d)", count, PIXELS, DK_FER_SIDE,
                       DK_FER_SIDE);
    }
    return DK_OK;
}

dk_status dk_fer2013_read_row(char *line, const dk_fer2013_columns *columns, dk_fer2013_row *row,
                              dk_error *err) {
    bool emotion = false, pixels = false, usage = false;
    int i = 0;
    if (!quotes_match(line)) {
        return dk_fail(err, DK_EPARSE, "a quote opens and is not closed; each row is one line");
    }
    for (char *field = next_field(&line, columns->separator); field != NULL;
         field = next_field(&line, columns->separator), i++) {
        if (i == columns->emotion) {
            DK_TRY(read_emotion(field, &row->emotion, err));
            emotion = true;
        } else if (i == columns->pixels) {
            DK_TRY(read_pixels(field, row->pixels, err));
            pixels = true;
        } else if (i == columns->usage) {
            DK_TRY(read_usage(field, &row->split, err));
            usage = true;
        }
    }
    if (!emotion || !pixels || !usage) {
        return dk_fail(err, DK_EPARSE, "has only %d columns; emotion, pixels and Usage are wanted", i);
    }
    return DK_OK;
}
