/* Scripts that complete lines of this program in a shell, made of the tables of commands, flags and layers. */
#ifndef DK_APP_COMPLETE_H
#define DK_APP_COMPLETE_H

#include "app/command.h"

/* Names of the shells, ending with NULL. */
extern const char *const dk_complete_shells[];

/* Appends the script for one of them. */
void dk_complete(const char *shell, dk_buffer *out);

/* ---- what the scripts share ---- */

/* Appends what may stand behind a flag, or as argument n (from 1) of an action: "=one two" one of these words, "*.cfg" a
 * file of such a name, "/" a folder, "-" something that cannot be known; nothing: there is no such argument. */
void dk_complete_value(const dk_flag *flag, dk_buffer *out);
void dk_complete_argument(const dk_action *action, int n, dk_buffer *out);

/* Appends the words that may follow: all first words (group NULL), or the names of a group. */
void dk_complete_words(const char *group, dk_buffer *out);

/* Is this the first command of its group? One without a group is. */
bool dk_complete_opens_group(const dk_command *c);

void dk_complete_bash(dk_buffer *out);
void dk_complete_zsh(dk_buffer *out);

#endif
