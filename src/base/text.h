/* Text: strict numbers, trimming, splitting, a growing buffer, and "did you mean". All independent of locale.
 */
#ifndef DK_BASE_TEXT_H
#define DK_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* The whole text must be the number ("3x" and "" are not); false leaves *out alone. NaN and infinity are no
 * numbers. */
bool dk_text_int(const char *text, long *out);
bool dk_text_float(const char *text, double *out);

/* vsnprintf whose decimal point is "." in every locale. */
int dk_text_format(char *out, size_t room, const char *format, va_list args) DK_PRINTF(3, 0);

/* Cuts white space off both ends in place; returns the first byte that stays. */
char *dk_text_trim(char *text);

/* Cuts the next line off a text whose lines end in LF (as encoding.h reads them), in place and trimmed; NULL after the
 * last. *rest: the text at first. */
char *dk_text_line(char **rest);

/* How often the byte stands in the first n of a text. */
size_t dk_text_tally(const char *text, size_t n, char byte);

/* Cuts off a comment behind a value, which begins with a blank (space or tab) and '#', and the blanks before it. */
void dk_text_cut_comment(char *text);

/* The text behind UTF-8's byte-order mark, which some editors put before a file; the text itself without one. Files are read by
 * encoding.h, which takes it off. */
char *dk_text_after_mark(char *text);

/* Bytes of the UTF-8 character at p, 0 when there is none (Unicode 15, table 3-7). The closing 0 is one. */
int dk_text_character(const char *p);

/* That character's number (code point); U+FFFD when there is none. */
uint32_t dk_text_code(const char *p);

/* How many of the text's bytes fit into room without cutting a character. */
size_t dk_text_fit(const char *text, size_t room);

/* In a sentence that is read from left to right (which its first character says), around a name that may not be. They are
 * Unicode's own marks: U+200E; U+2068 and U+2069. */
#define DK_LEFT_TO_RIGHT "\u200E"
#define DK_OWN_ORDER(name) "\u2068" name "\u2069"

bool dk_text_ends(const char *text, const char *end); /* case is ignored */

/* The candidate that the word was probably meant to be (edit distance ≤ 1/3 of its length), or NULL.
 * The list ends with NULL. */
const char *dk_text_closest(const char *word, const char *const *candidates);

/* "1234567" as "1,234,567" into out[32]; returns out. */
const char *dk_text_count(char out[32], long long n);

/* The text as a shell takes it for one word, quoted where that is wanted, cut to the room; returns out. */
const char *dk_text_quoted(char *out, size_t room, const char *text);

/* The last component of a path, and the same without its extension (cut at the last dot). */
const char *dk_path_name(const char *path);
size_t dk_path_stem(const char *path, char *out, size_t size); /* length that was wanted, as snprintf */

/* The order of paths in which digits in a row are a number: "frame2" < "frame10". All else goes by bytes; 0 for paths
 * that differ in leading zeros alone. */
int dk_path_compare(const char *a, const char *b);

/* A text that grows. Zero-initialised is empty. After a failed allocation `failed` is set and appends do
 * nothing. */
typedef struct {
    char *text;
    size_t size, room;
    bool failed;
} dk_buffer;

void dk_buffer_add(dk_buffer *b, const char *format, ...) DK_PRINTF(2, 3);
void dk_buffer_put(dk_buffer *b, const void *bytes, size_t n);
void dk_buffer_free(dk_buffer *b);

#endif
