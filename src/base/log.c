/* Messages to the caller's callback, one line each, fit for people's eyes. */
#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/shown.h"

static void send(const dk_log *log, int level, const char *format, va_list args) {
    if (log != NULL && log->write != NULL) {
        char text[2048], shown[2048];
        dk_text_format(text, sizeof text, format, args);
        (void)dk_shown_copy(shown, sizeof shown, text);
        log->write(log->user, level, shown);
    }
}

void dk_note(const dk_log *log, const char *format, ...) {
    va_list args;
    va_start(args, format);
    send(log, 0, format, args);
    va_end(args);
}

void dk_warn(const dk_log *log, const char *format, ...) {
    va_list args;
    va_start(args, format);
    send(log, 1, format, args);
    va_end(args);
}

void dk_pass_over(const dk_log *log, bool *told, dk_status status, const dk_error *why) {
    if (status != DK_OK && !*told) {
        dk_warn(log, "%s; the training goes on without it", why->text);
        *told = true;
    }
}
