/* What a run tells of fonts: a script that no installed font has letters for is told once, with the package to install. */
#ifndef DK_PLOT_FONTS_H
#define DK_PLOT_FONTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

/* One a run, zeroed but for the log; for one thread at a time. */
typedef struct {
    dk_log log;
    uint64_t told; /* a bit for each script, and for what else is told once */
} dk_fonts;

/* Both accept NULL, which tells nobody. */
void dk_fonts_miss(dk_fonts *fonts, uint32_t character);                   /* it was drawn as a box */
void dk_fonts_bare(dk_fonts *fonts, const char *why, const char *package); /* only ASCII is drawn */

typedef struct {
    uint32_t first, last; /* characters */
    const char *script, *package;
} dk_script;

/* The script of a character, NULL: of none that is known here. */
const dk_script *dk_script_of(uint32_t character);

#endif
