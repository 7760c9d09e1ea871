/* One line of FER2013's csv: `emotion,pixels,Usage`, where pixels are 2304 numbers with spaces between. No
 * field holds a comma, so quotes are only cut off. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "data/fer2013.h"

#define PIXELS (DK_FER_SIDE * DK_FER_SIDE)

const char *const dk_fer2013_emotions[7] = {"angry", "disgust",  "fear",   "happy",
                                            "sad",   "surprise", "neutral"};

static const char *const usages[DK_FER_SPLITS] = {"Training", "PublicTest", "PrivateTest"};

/* Cuts the next field off the line, without the white space and quotes around it; NULL after the last. */
static char *next_field(char **line) {
    if (*line == NULL) {
        return NULL;
    }
    char *const begin = *line, *const comma = strchr(begin, ',');
    if (comma != NULL) {
        *comma = '\0';
    }
    *line = comma == NULL ? NULL : comma + 1;
    char *const field = dk_text_trim(begin);
    const size_t n = strlen(field);
    if (n >= 2 && field[0] == '"' && field[n - 1] == '"') {
        field[n - 1] = '\0';
        return dk_text_trim(field + 1);
    }
    return field;
}

dk_status dk_fer2013_read_header(char *line, dk_fer2013_columns *columns, dk_error *err) {
    *columns = (dk_fer2013_columns){-1, -1, -1};
    line = dk_text_after_mark(line);
    int i = 0;
    for (char *field = next_field(&line); field != NULL; field = next_field(&line), i++) {
        if (strcasecmp(field, "emotion") == 0) {
            columns->emotion = i;
        } else if (strcasecmp(field, "pixels") == 0) {
            columns->pixels = i;
        } else if (strcasecmp(field, "usage") == 0) {
            columns->usage = i;
        }
    }
    if (columns->emotion < 0 || columns->pixels < 0 || columns->usage < 0) {
        return dk_fail(err, DK_EPARSE, "is no header of FER2013; its columns are emotion, pixels and Usage");
    }
    return DK_OK;
}

static dk_status read_emotion(const char *field, int *emotion, dk_error *err) {
    long value;
    if (!dk_text_int(field, &value) || value < 0 || value > 6) {
        return dk_fail(err, DK_EPARSE, "emotion '%.40s' is not one of 0..6", field);
    }
    *emotion = (int)value;
    return DK_OK;
}

static dk_status read_usage(const char *field, dk_fer_split *split, dk_error *err) {
    for (int i = 0; i < DK_FER_SPLITS; i++) {
        if (strcmp(field, usages[i]) == 0) {
            *split = (dk_fer_split)i;
            return DK_OK;
        }
    }
    return dk_fail(err, DK_EPARSE, "Usage '%.40s' is not Training, PublicTest or PrivateTest", field);
}

static dk_status read_pixels(const char *at, unsigned char *pixels, dk_error *err) {
    int count = 0;
    while (*at != '\0') {
        int value = 0;
        const char *const begin = at;
        while (*at >= '0' && *at <= '9' && value <= 255) {
            value = value * 10 + (*at++ - '0');
        }
        if (at == begin || value > 255 || (*at != ' ' && *at != '\0')) {
            return dk_fail(err, DK_EPARSE, "pixel %d '%.8s' is not a number 0..255", count + 1, begin);
        }
        if (count == PIXELS) {
            return dk_fail(err, DK_EPARSE, "more than %d pixels (%dx%d)", PIXELS, DK_FER_SIDE, DK_FER_SIDE);
        }
        pixels[count++] = (unsigned char)value;
        at += strspn(at, " ");
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
    for (char *field = next_field(&line); field != NULL; field = next_field(&line), i++) {
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
