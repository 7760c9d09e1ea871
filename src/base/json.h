/* Writes JSON into a buffer, value by value:
 *
 *     dk_json j = {.out = &text, .lines = true};
 *     dk_json_open(&j, NULL, '{');
 *     dk_json_text(&j, "file", path);
 *     dk_json_open(&j, "scores", '[');
 *     dk_json_float(&j, NULL, .25, DK_JSON_FLOAT);
 *     dk_json_close(&j, ']');
 *     dk_json_close(&j, '}');
 *
 * `key` is that of a value in an object, and NULL for one in an array and for the outermost. Memory that runs out shows in
 * the buffer (`failed`). */
#ifndef DK_BASE_JSON_H
#define DK_BASE_JSON_H

#include "base/text.h"

/* Begins with out and lines; the rest is the writer's. */
typedef struct {
    dk_buffer *out;
    bool lines; /* a line for each member of an object, indented by tabs; else all is on one */
    int depth;
    bool comma; /* something stands before the next value */
} dk_json;

enum { DK_JSON_FLOAT = 8, DK_JSON_DOUBLE = 17 }; /* digits that a float32 has, a double */

void dk_json_open(dk_json *j, const char *key, char bracket); /* '{' or '[' */
void dk_json_close(dk_json *j, char bracket);                 /* '}' or ']' */

/* Quotes, backslashes and control characters are escaped, bytes that are no UTF-8 become U+FFFD; NULL is "". */
void dk_json_text(dk_json *j, const char *key, const char *text);
void dk_json_int(dk_json *j, const char *key, long long value);
/* Rounded to so many digits and written as short as that can be; what is no number (JSON has none) is null. */
void dk_json_float(dk_json *j, const char *key, double value, int digits);
void dk_json_fixed(dk_json *j, const char *key, double value,
                   int decimals); /* the same with so many decimals */
void dk_json_bool(dk_json *j, const char *key, bool value);
void dk_json_null(dk_json *j, const char *key);

#endif
