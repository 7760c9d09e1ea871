/* The layout with lines is that of cJSON, which wrote our files before: members on lines of their own, elements of arrays
 * beside each other. */
#include "base/json.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void put(dk_json *j, const char *text) {
    dk_buffer_put(j->out, text, strlen(text));
}

static void indent(dk_json *j) {
    put(j, "\n");
    for (int i = 0; i < j->depth; i++) {
        put(j, "\t");
    }
}

/* C0, DEL and C1: a terminal may obey them. */
static bool control(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static void put_escaped(dk_json *j, const char *text) {
    static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    put(j, "\"");
    for (const char *s = text != NULL ? text : ""; *s != '\0';) {
        const int n = dk_text_character(s);
        const char *const found = strchr(special, *s);
        if (found != NULL) {
            dk_buffer_add(j->out, "\\%c", letters[found - special]);
        } else if (n > 0 && control(dk_text_code(s))) {
            dk_buffer_add(j->out, "\\u%04x", (unsigned)dk_text_code(s));
        } else if (n == 0) {
            put(j, "\\ufffd");
        } else {
            dk_buffer_put(j->out, s, (size_t)n);
        }
        s += n > 0 ? n : 1;
    }
    put(j, "\"");
}

/* What stands before a value. */
static void begin(dk_json *j, const char *key) {
    if (j->comma) {
        put(j, key == NULL && j->lines ? ", " : ",");
    }
    if (key != NULL) {
        if (j->lines) {
            indent(j);
        }
        put_escaped(j, key);
        put(j, j->lines ? ":\t" : ":");
    }
    j->comma = true;
}

void dk_json_open(dk_json *j, const char *key, char bracket) {
    begin(j, key);
    dk_buffer_put(j->out, &bracket, 1);
    j->depth++;
    j->comma = false;
}

void dk_json_close(dk_json *j, char bracket) {
    j->depth--;
    if (j->lines && bracket == '}') {
        indent(j);
    }
    dk_buffer_put(j->out, &bracket, 1);
    j->comma = true;
}

void dk_json_text(dk_json *j, const char *key, const char *text) {
    begin(j, key);
    put_escaped(j, text);
}

void dk_json_int(dk_json *j, const char *key, long long value) {
    begin(j, key);
    dk_buffer_add(j->out, "%lld", value);
}

void dk_json_float(dk_json *j, const char *key, double value, int digits) {
    dk_buffer text = {0};
    double rounded = 0, shorter = 0;
    dk_buffer_add(&text, "%.*g", digits, value);
    if (!isfinite(value) || text.failed || !dk_text_float(text.text, &rounded)) {
        dk_buffer_free(&text);
        dk_json_null(j, key);
        return;
    }
    rounded += 0.; /* −0 is 0 */
    text.size = 0;
    dk_buffer_add(&text, "%.15g", rounded); /* enough for .1 of 17 digits, and for all of fewer */
    begin(j, key);
    if (!text.failed && dk_text_float(text.text, &shorter) &&
        fabs(shorter - rounded) <= DBL_EPSILON * fabs(rounded)) {
        dk_buffer_put(j->out, text.text, text.size);
    } else {
        dk_buffer_add(j->out, "%.17g", rounded);
    }
    dk_buffer_free(&text);
}

void dk_json_fixed(dk_json *j, const char *key, double value, int decimals) {
    if (!isfinite(value)) {
        dk_json_null(j, key);
        return;
    }
    begin(j, key);
    dk_buffer_add(j->out, "%.*f", decimals, value);
}

void dk_json_bool(dk_json *j, const char *key, bool value) {
    begin(j, key);
    put(j, value ? "true" : "false");
}

void dk_json_null(dk_json *j, const char *key) {
    begin(j, key);
    put(j, "null");
}
