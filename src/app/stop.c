/* A thread waits for the signals, which all other threads keep out. No handler runs: on the stack of a thread within one
 * of oneDNN's generated kernels it damaged what the kernel was working on (Ctrl-C within a product of 8000 x 8000 crashed
 * one time in three). */
#include "app/stop.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"

/* `timeout` sends a signal to the program and to its group: two at almost the same time are one wish. */
#define SAME_WISH .5 /* seconds */

static atomic_int stop, saves;
static bool counts_saves;

/* Was the signal ignored when the program began? So has `nohup` the end of a terminal. */
static bool is_ignored(int number) {
    struct sigaction now;
    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static sigset_t wishes(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGXCPU);
    if (counts_saves) {
        sigaddset(&set, SIGUSR1);
    }
    if (!is_ignored(SIGHUP)) {
        sigaddset(&set, SIGHUP);
    }
    return set;
}

static void *wait_for_wishes(void *user) {
    const sigset_t set = wishes();
    double first = 0;
    int number = 0;
    while (sigwait(&set, &number) == 0) {
        const double now = dk_clock_now();
        if (number == SIGUSR1) {
            atomic_fetch_add(&saves, 1);
        } else if (atomic_exchange(&stop, 1) == 0) {
            first = now;
        } else if (now - first > SAME_WISH && number != SIGXCPU) { /* which comes every second */
            pthread_sigmask(SIG_UNBLOCK, &set, NULL);
            raise(number);
            _exit(128 + number); /* as process 1 of a container nothing ends it by itself */
        }
    }
    return user;
}

const atomic_int *dk_save_on_signal(void) {
    counts_saves = true;
    return &saves;
}

const atomic_int *dk_stop_on_signals(void) {
    const sigset_t set = wishes();
    pthread_t thread;
    signal(SIGINT, SIG_DFL); /* programs in the background of a script begin with it ignored */
    signal(SIGTERM, SIG_DFL);
    signal(SIGXCPU, SIG_DFL);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (pthread_create(&thread, NULL, wait_for_wishes, NULL) == 0) {
        pthread_detach(thread);
    } else {
        pthread_sigmask(SIG_UNBLOCK, &set, NULL); /* then a signal ends the program at once */
    }
    return &stop;
}
