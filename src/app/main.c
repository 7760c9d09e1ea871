/* The program: words → command → run → exit code. The only place that exits.
 * 0: done. 1: an error (text on stderr). 2: a line that cannot be meant. 130: stopped by a signal (stop.h).
 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/habits.h"
#include "app/help.h"
#include "app/limits.h"
#include "app/process.h"
#include "app/terminal.h"
#include "vision/vision.h"

static int exit_code(dk_status status) {
    switch (status) {
    case DK_OK:
        return 0;
    case DK_EUSAGE:
        return 2;
    case DK_ESTOPPED:
        return 128 + SIGINT;
    default:
        return 1;
    }
}

static dk_status check(const dk_command *c, const dk_call *call, dk_error *err) {
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", c->group ? c->group : "", c->group ? " " : "", c->name);
    DK_TRY(dk_flags_allow(&call->flags, c->flags, name, err));
    if (call->count < c->min) {
        return dk_fail(err, DK_EUSAGE, "`%s` wants %s %d argument%s: %s", name,
                       c->min == c->max ? "exactly" : "at least", c->min, c->min == 1 ? "" : "s", c->args);
    }
    if (c->max >= 0 && call->count > c->max) {
        char shown[DK_SHOWN];
        dk_capture_shown(shown, sizeof shown, call->args[c->max]);
        return dk_fail(err, DK_EUSAGE, "`%s` has no use for '%s'; it takes %s", name, shown,
                       c->max == 0 ? "no arguments" : c->args);
    }
    return DK_OK;
}

/* Flags and words of the line; names: the flags of its command, NULL as long as it is not known. Lines for commands of other
 * Darknets have flags of theirs; what to do instead matters more than those. */
static dk_status parse(dk_call *call, const char **words, int argc, const char *const *argv,
                       const char *const *names, dk_error *err) {
    call->args = words;
    const dk_status status =
        dk_flags_parse(&call->flags, argc, argv, names, words, &call->count, call->arena, err);
    const bool foreign = status == DK_EUSAGE && names == NULL && call->count > 0 &&
                         dk_habit_command(words[0], call->count > 1 ? words[1] : NULL) != NULL;
    return foreign ? DK_OK : status;
}

/* What flags of other Darknets come to. */
static void tell_notes(const dk_call *call) {
    for (const char *const *note = call->flags.notes; note && *note; note++) {
        dk_note(&call->log, "%s", *note);
    }
}

/* Runs the line; *command is set as soon as it is known. */
static dk_status run(dk_call *call, const char **words, int argc, const char *const *argv,
                     const dk_command **command, dk_error *err) {
    static const char *const version[] = {"version"}, *const none[] = {NULL};
    int used = 0;
    DK_TRY(parse(call, words, argc, argv, NULL, err));
    if (call->flags.version && call->count == 0) {
        argc = 1;
        argv = version;
        DK_TRY(parse(call, words, argc, argv, NULL, err));
    }
    if (call->flags.help) {
        return dk_help_print(words, call->count, err);
    }
    DK_TRY(dk_command_find(command, words, call->count, &used, err));
    DK_TRY(parse(call, words, argc, argv, (*command)->flags ? (*command)->flags : none, err));
    call->args += used;
    call->count -= used;
    DK_TRY(check(*command, call, err));
    tell_notes(call);
    return (*command)->run(call, err);
}

static void report(const dk_command *command, const dk_error *err) {
    fprintf(stderr, "%s\n", err->text[0] ? err->text : dk_status_name(err->status));
    if (err->status == DK_EUSAGE && command) {
        dk_buffer usage = {0};
        dk_command_usage(command, &usage);
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
    const char **words = calloc((size_t)argc + 1, sizeof *words);
    const dk_command *command = NULL;
    dk_status status = DK_ENOMEM;
    if (call.arena && words) {
        status = dk_limits_check(&err);
    }
    if (status == DK_OK) {
        status = run(&call, words, argc - 1, (const char *const *)argv + 1, &command, &err);
    }
    if (status == DK_OK) {
        status = dk_stdout_flush(&err);
    }
    if (status != DK_OK) {
        err.status = status;
        report(command, &err);
    }
    free(words);
    dk_arena_close(call.arena);
    return exit_code(status);
}
