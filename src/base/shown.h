/* Text of others, fit for people's eyes. Names of files and classes may hold any byte: escape sequences that retitle or
 * clear a terminal, line ends that make two pictures of one. So whatever is shown to people (on a terminal, in a pipe or in
 * a file of text) shows control characters (C0, DEL, U+0080..9F), line separators and bytes that are no UTF-8 as \x1b, byte
 * by byte: what $'...' of a shell turns back into the name. Programs read names as they are, in JSON and CSV. */
#ifndef DK_BASE_SHOWN_H
#define DK_BASE_SHOWN_H

#include "base/arena.h"
#include "base/text.h"

/* The whole text as it is shown. */
void dk_shown_put(dk_buffer *out, const char *text);

/* The same as a text of the arena; NULL when memory is out. */
const char *dk_shown_text(dk_arena *arena, const char *text);

/* Into out[room], cut between characters, always closed; false when it was cut. */
bool dk_shown_copy(char *out, size_t room, const char *text);

/* printf into a buffer, where what %s brings is a text of others and the format is ours. Precisions of %s count bytes, and
 * cut between characters. Known are %s %d %i %u %x %c %f %g %e %% with flags, width, precision (* too), l, ll and z. */
void dk_shown_add(dk_buffer *out, const char *format, va_list args) DK_PRINTF(2, 0);

#endif
