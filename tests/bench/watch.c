/* A peer of another language: its command is run as it is, and what others did meanwhile goes into the JSON. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

dk_status bench_watch(const bench_arguments *a, cJSON *json, dk_error *err) {
    int state = 0;
    const bench_load from = bench_load_begin(a);
    const pid_t child = fork();
    if (child == 0) {
        execvp(a->command[0], a->command);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &state, 0) < 0) {
        return dk_fail(err, DK_EIO, "%s: %s", a->command[0], strerror(errno));
    }
    bench_load_add(a, &from, json);
    return state == 0 ? DK_OK : dk_fail(err, DK_EIO, "%s: failed", a->command[0]);
}
