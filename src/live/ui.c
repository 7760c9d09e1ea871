/* The table of keys. */
#include "live/ui.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "vision/vision.h"

#define SAID_FOR 3.0

typedef struct {
    int key;
    size_t at;        /* of a bool in dk_ui, which the key turns over */
    const char *name; /* that a page sets it by; NULL: it does not */
} row;

static const row table[] = {
    {'q', offsetof(dk_ui, quit), NULL},           {DK_KEY_ESCAPE, offsetof(dk_ui, quit), NULL},
    {DK_KEY_CLOSED, offsetof(dk_ui, quit), NULL}, {' ', offsetof(dk_ui, paused), "paused"},
    {'s', offsetof(dk_ui, snapshot), "snapshot"}, {'r', offsetof(dk_ui, record), NULL},
    {'m', offsetof(dk_ui, mirror), "mirror"},     {'b', offsetof(dk_ui, bars), "bars"},
    {'p', offsetof(dk_ui, pixelate), "pixelate"}, {'h', offsetof(dk_ui, help), NULL},
};
enum { ROWS = sizeof table / sizeof *table };

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
    for (int i = 0; i < ROWS; i++) {
        if (table[i].key == key) {
            bool *state = (bool *)((char *)ui + table[i].at);
            *state = !*state;
        }
    }
}

static const row *named(const char *name, size_t n) {
    for (int i = 0; i < ROWS; i++) {
        if (table[i].name != NULL && strlen(table[i].name) == n && strncmp(table[i].name, name, n) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

dk_status dk_ui_set(dk_ui *ui, const char *text, dk_error *err) {
    for (const char *p = text;;) {
        const size_t n = strcspn(p, "&"), name = strcspn(p, "=&");
        const row *const r = named(p, name);
        if (r == NULL || n != name + 2 || (p[n - 1] != '0' && p[n - 1] != '1')) {
            return dk_fail(err, DK_EUSAGE,
                           "'%.*s': wanted is paused, mirror, pixelate, bars or snapshot with =0 or =1",
                           n < 40 ? (int)n : 40, p);
        }
        *(bool *)((char *)ui + r->at) = p[n - 1] == '1';
        if (p[n] == '\0') {
            return DK_OK;
        }
        p += n + 1;
    }
}

void dk_ui_say(dk_ui *ui, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(ui->said, sizeof ui->said, format, args);
    va_end(args);
    ui->said_until = dk_clock_now() + SAID_FOR;
}
