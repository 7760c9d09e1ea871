/* What lines of other Darknets have that ours have not: flags and commands, a row each. A flag that does no harm is
 * taken, and a note says what it comes to; all others are errors that tell our way. `darknet help darknet` lists them, and
 * so does docs/compatibility.md. */
#ifndef DK_APP_HABITS_H
#define DK_APP_HABITS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"

typedef struct dk_habit dk_habit;

/* The flag of this name (without its dash), or NULL. */
const dk_habit *dk_habit_find(const char *name);

/* The flag of ours, without its dash, that it is another name of; NULL: of none. */
const char *dk_habit_means(const dk_habit *h);

/* Is the next word of the line (NULL: there is none) the flag's value? */
bool dk_habit_has_value(const dk_habit *h, const char *next);

/* Takes the flag with the value given (NULL: none): *note is what to say about it. DK_EUSAGE: it is not taken here, its value is
 * missing or of another kind. */
DK_CHECKED dk_status dk_habit_take(const dk_habit *h, const char *given, const char **note, dk_arena *arena,
                                   dk_error *err);

/* What to do instead of a command that only other Darknets have; NULL: theirs have it neither. second may be NULL. */
const char *dk_habit_command(const char *first, const char *second);

/* Both tables, for people or as Markdown. */
void dk_habits_help(dk_buffer *out, bool markdown);

/* Names of all flags, ending with NULL. */
const char *dk_habit_name(int i);

#endif
