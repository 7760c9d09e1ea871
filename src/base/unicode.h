/* Letters that can be written in two ways. "Ä" is one character, or an A with a combining diaeresis: macOS writes the
 * second in names of files, keyboards the first. */
#ifndef DK_BASE_UNICODE_H
#define DK_BASE_UNICODE_H

#include <stdbool.h>

/* Without any letter that has two spellings. */
bool dk_text_is_ascii(const char *text);
/* UTF-8 throughout. */
bool dk_text_is_utf8(const char *text);

/* The spelling with the fewest characters (NFC, Unicode's annex 15), which the caller frees; text that is no UTF-8 is
 * copied as it is. NULL when memory is out. */
char *dk_text_composed(const char *text);

#endif
