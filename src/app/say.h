/* What the program prints for people on stdout: the only printf of src/app (scripts/check_floors.sh sees to it). */
#ifndef DK_APP_SAY_H
#define DK_APP_SAY_H

#include "base/status.h"

/* printf to stdout, where every %s is a text of others and shown as base/shown.h says, be stdout a terminal, a pipe or a
 * file. The format's own characters go out as they are. */
void dk_say(const char *format, ...) DK_PRINTF(1, 2);

#endif
