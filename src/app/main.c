/* The program: words → command → run → exit code. The only place that exits.
 * 0: done. 1: an error (text on stderr). 2: a line that cannot be meant. 3: to be continued (train -time_limit). 130: stopped
 * by a signal (stop.h).
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "app/help.h"
#include "app/limits.h"
#include "app/line.h"
#include "app/process.h"
#include "app/terminal.h"
#include "run/task.h"

static int exit_code(dk_status status) {
    switch (status) {
    case DK_OK:
    case DK_ETOLD: /* by the rank whose exit code counts */
        return 0;
    case DK_EUSAGE:
        return 2;
    case DK_EPAUSED:
        return 3;
    case DK_ESTOPPED:
        return 128 + SIGINT;
    default:
        return 1;
    }
}

static dk_status run(dk_line *line, dk_call *call, int argc, const char *const *argv, dk_error *err) {
    DK_TRY(dk_line_read(line, argc, argv, call->arena, err));
    if (line->help) {
        return dk_help_print(line->words, line->count, err);
    }
    for (const char *const *note = line->notes; note && *note; note++) {
        dk_note(&call->log, "%s", *note);
    }
    call->task = line->command->group ? dk_task_find(line->command->group) : NULL;
    call->flags = line->flags;
    call->args = line->words;
    call->count = line->count;
    return line->command->action->run(call, err);
}

static void report(const dk_line *line, const dk_error *err) {
    fprintf(stderr, "%s\n", err->text[0] ? err->text : dk_status_name(err->status));
    if (err->status == DK_EUSAGE && line->command && !line->help) {
        dk_buffer usage = {0};
        dk_command_usage(line->command, &usage);
        fprintf(stderr, "%s\n", usage.failed ? "" : usage.text);
        dk_buffer_free(&usage);
    }
}

int main(int argc, char **argv) {
    dk_process_begin();
    setlocale(LC_CTYPE, ""); /* file names as they are; numbers stay with a point */
    dk_terminal terminal;
    dk_terminal_open(&terminal);
    dk_error err = {0};
    dk_call call = {.arena = dk_arena_open(), .log = dk_terminal_log(&terminal)};
    dk_line line = {0};
    dk_status status = DK_ENOMEM;
    if (call.arena) {
        status = dk_limits_check(&err);
    }
    if (status == DK_OK) {
        status = run(&line, &call, argc - 1, (const char *const *)argv + 1, &err);
    }
    if (status == DK_OK) {
        status = dk_stdout_flush(&err);
    }
    if (status != DK_OK && status != DK_ETOLD) {
        err.status = status;
        report(&line, &err);
    }
    dk_arena_close(call.arena);
    return exit_code(status);
}
