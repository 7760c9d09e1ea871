#include "app/stop.h"

#include <signal.h>

/* A handler can reach nothing but a global. */
static atomic_int stop;

static void on_signal(int number) {
    atomic_store(&stop, 1);
    signal(number, SIG_DFL);
}

const atomic_int *dk_stop_on_signals(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &stop;
}
