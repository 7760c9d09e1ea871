/* What the keys of the window and the buttons of the page change: one row each. */
#ifndef DK_LIVE_UI_H
#define DK_LIVE_UI_H

#include <stdbool.h>

#include "base/status.h"
#include "plot/overlay.h"

typedef struct {
    bool quit, paused, mirror, bars, pixelate, help; /* states */
    bool record;                                     /* on or off; sink_film.c follows it */
    bool snapshot;                                   /* asked for; sink_snapshot.c does it and clears it */
    char said[160];                                  /* "saved results/demo-1.png"; shown for a while */
    double said_until;                               /* dk_clock_now */
} dk_ui;

/* Does what the key stands for; other keys do nothing. */
void dk_ui_key(dk_ui *ui, int key);

/* What a page asks for: "paused=1", or several with & between; 1 is on and 0 off. DK_EUSAGE: nothing is called so, and
 * nothing was changed by what stands from there on. */
DK_CHECKED dk_status dk_ui_set(dk_ui *ui, const char *text, dk_error *err);

/* For the page of keys; ends with a key NULL. */
extern const dk_overlay_key dk_ui_page[];

/* Shows a line for three seconds. */
void dk_ui_say(dk_ui *ui, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
