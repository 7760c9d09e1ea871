/* The table of keys. */
#include "live/ui.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/clock.h"
#include "vision/vision.h"

#define SAID_FOR 3.0

typedef struct {
    int key;
    size_t at; /* of a bool in dk_ui, which the key turns over */
} row;

static const row table[] = {
    {'q', offsetof(dk_ui, quit)},           {DK_KEY_ESCAPE, offsetof(dk_ui, quit)},
    {DK_KEY_CLOSED, offsetof(dk_ui, quit)}, {' ', offsetof(dk_ui, paused)},
    {'s', offsetof(dk_ui, snapshot)},       {'r', offsetof(dk_ui, record)},
    {'m', offsetof(dk_ui, mirror)},         {'b', offsetof(dk_ui, bars)},
    {'p', offsetof(dk_ui, pixelate)},       {'h', offsetof(dk_ui, help)},
};

const dk_overlay_key dk_ui_page[] = {
    {"q", "quit (Esc, too)"},
    {"space", "pause, go on; the next picture"},
    {"s", "snapshot: a picture and its JSON"},
    {"r", "record a film, stop recording"},
    {"m", "mirror"},
    {"b", "bars of all emotions"},
    {"p", "pixelate faces"},
    {"h", "this page"},
    {NULL, NULL},
};

void dk_ui_key(dk_ui *ui, int key) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].key == key) {
            bool *state = (bool *)((char *)ui + table[i].at);
            *state = !*state;
        }
    }
}

void dk_ui_say(dk_ui *ui, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(ui->said, sizeof ui->said, format, args);
    va_end(args);
    ui->said_until = dk_clock_now() + SAID_FOR;
}
