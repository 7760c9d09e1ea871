/* A training run as text. Every line is a pure function of the event; this file only decides when. */
#include "app/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/say.h"
#include "base/clock.h"

enum { BAR = 32, LINE = 256, FIGURES = 96 };

/* 65 → "1:05", 3725 → "1:02:05". */
static const char *duration(char out[32], double seconds) {
    const long s = isfinite(seconds) && seconds > 0 ? lround(seconds) : 0;
    if (s >= 3600) {
        snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    } else {
        snprintf(out, 32, "%ld:%02ld", s / 60, s % 60);
    }
    return out;
}

/* The figures of a line, the loss and the first other that was measured: "loss 1.2345  accuracy 51.2 %". */
static const char *line_of(char out[FIGURES], const dk_figures *f, int decimals) {
    char loss[32], other[32];
    int n =
        snprintf(out, FIGURES, "%s %s", f->kinds[0].name, dk_figure_text(loss, &f->kinds[0], f->value[0], 2));
    for (int i = DK_FIGURE_MAIN; i < f->count; i++) {
        if (isfinite(f->value[i])) {
            snprintf(out + n, FIGURES - (size_t)n, "  %s %s", f->kinds[i].name,
                     dk_figure_text(other, &f->kinds[i], f->value[i], decimals));
            break;
        }
    }
    return out;
}

static int columns(void) {
    struct winsize size = {0};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void wipe(dk_terminal *t) {
    if (t->pending) {
        dk_say("\r\033[K");
        fflush(stdout);
        t->pending = false;
    }
}

static void write_message(void *user, int level, const char *text) {
    wipe(user);
    fprintf(stderr, "%s%s\n", level > 0 ? "warning: " : "", text);
}

void dk_terminal_open(dk_terminal *t) {
    *t = (dk_terminal){.live = isatty(STDOUT_FILENO) == 1};
}

dk_log dk_terminal_log(dk_terminal *t) {
    return (dk_log){write_message, t};
}

static bool begin(void *user, const dk_run_info *run) {
    dk_terminal *t = user;
    dk_net_info info;
    dk_net_describe(run->net, &info);
    t->epochs = run->epochs;
    t->steps = run->steps;
    dk_say("%s: %d pictures to learn from, %d to validate with; %zu layers, %zu parameters, %d x %d x %d, "
           "%.0f MB, %s in %s, seed %llu\n",
           run->name, run->train->count, run->valid ? run->valid->count : 0, info.layers, info.parameters,
           info.width, info.height, info.channels, (double)info.bytes / 1e6, info.backend, info.precision,
           (unsigned long long)run->seed);
    dk_say("%ld steps of %ld pictures (%d epoch%s); what it leaves: %s, weights: %s\n", run->steps,
           run->batch, run->epochs, run->epochs == 1 ? "" : "s", run->folder, run->backup);
    fflush(stdout);
    return true;
}

/* "epoch 3/40 [=====>        ]  37 %  512 images/s  loss 1.2345  accuracy 51.2 %  ETA 0:37": the bar takes what the
 * terminal's width leaves. */
static void live_line(const dk_terminal *t, const dk_step_event *e, int epoch, double share) {
    char head[32], tail[LINE], bar[BAR + 1], left[32], figures[FIGURES];
    const int h = snprintf(head, sizeof head, "epoch %d/%d", epoch, t->epochs);
    const int n =
        snprintf(tail, sizeof tail, "%3.0f %%  %.0f images/s  %s  ETA %s", 100 * share, e->images_per_second,
                 line_of(figures, &e->running, 1), duration(left, e->seconds_left));
    const int room = columns() - 1 - h - n - 4; /* " [", "] " */
    const int width = room < 1 ? 1 : room > BAR ? BAR : room;
    const int done = (int)(share * width);
    memset(bar, ' ', BAR);
    memset(bar, '=', (size_t)done);
    bar[done < width ? done : width - 1] = '>';
    const int keep =
        room < 1 ? n + room - 1 : n; /* a narrow terminal cuts the end, so that the line never wraps */
    dk_say("\r%s [%.*s] %.*s\033[K", head, width, bar, keep > 0 ? keep : 0, tail);
}

static void plain_line(const dk_terminal *t, const dk_step_event *e, int epoch, double share) {
    char spent[32], left[32], figures[FIGURES];
    dk_say("epoch %d/%d %3.0f %%  step %ld/%ld  %s  rate %.3g  %.0f images/s  %s, %s left\n", epoch,
           t->epochs, 100 * share, e->step, t->steps, line_of(figures, &e->running, 1), e->rate,
           e->images_per_second, duration(spent, e->seconds), duration(left, e->seconds_left));
}

/* The step that ends an epoch counts as its 100 %, not as 0 % of the next. */
static bool step(void *user, const dk_step_event *e) {
    dk_terminal *t = user;
    const double now = dk_clock_now();
    const int epoch = (int)fmin(t->epochs, fmax(1, ceil(e->epoch - 1e-9)));
    const double share = fmin(1, fmax(0, e->epoch - (epoch - 1)));
    const int tenth = 10 * epoch + (int)(10 * share);
    if (now < t->next || (!t->live && tenth == t->tenth)) {
        return true;
    }
    if (t->live) {
        live_line(t, e, epoch, share);
        t->pending = true;
    } else {
        plain_line(t, e, epoch, share);
    }
    fflush(stdout);
    t->next = now + (t->live ? .1 : 1);
    t->tenth = tenth;
    return true;
}

static bool epoch(void *user, const dk_epoch_event *e) {
    dk_terminal *t = user;
    char spent[32], figures[FIGURES];
    wipe(t);
    dk_say("epoch %d/%d  %s", e->epoch, t->epochs, line_of(figures, &e->train, 2));
    if (e->valid) {
        dk_say("  validation %s", line_of(figures, e->valid, 2));
    }
    dk_say("  rate %.3g  %.0f images/s  %s%s\n", e->rate, e->images_per_second, duration(spent, e->seconds),
           e->best ? "  * best" : "");
    if (e->target > 0) {
        dk_say("time to %.4g %%: %s\n", 100 * e->target, spent);
    }
    fflush(stdout);
    return true;
}

static void end(void *user, const dk_end_event *e) {
    dk_terminal *t = user;
    char spent[32];
    wipe(t);
    dk_say("%s after %d epoch%s, %s", e->reason, e->epochs, e->epochs == 1 ? "" : "s",
           duration(spent, e->seconds));
    if (e->best_epoch > 0) {
        dk_say("; best epoch %d (%.4f)", e->best_epoch, e->best);
    }
    if (e->target_seconds > 0) {
        dk_say("; time to %.4g %%: %s", 100 * e->target, duration(spent, e->target_seconds));
    }
    dk_say("\n");
    const char *const paths[] = {e->best_weights, e->last_weights, e->final_weights};
    for (int i = 0; i < 3; i++) {
        if (paths[i]) {
            dk_say("saved %s\n", paths[i]);
        }
    }
    fflush(stdout);
}

dk_observer dk_terminal_observer(dk_terminal *t) {
    return (dk_observer){.user = t, .on_begin = begin, .on_step = step, .on_epoch = epoch, .on_end = end};
}
