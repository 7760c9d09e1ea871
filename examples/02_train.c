/* Trains a classifier and measures its best weights:
 *
 *     02_train cfg/faces.data cfg/faces.cfg 3
 *
 * trains 3 epochs, one line each. Checkpoints go where the .data file's `backup` says. */
#include <stdio.h>

#include "darknet.h"

/* A line after each validation; 0 goes on. */
static int report(void *user, const dk_progress *p) {
    (void)user;
    if (p->validated) {
        printf("epoch %.0f: loss %.4f, validation loss %.4f, accuracy %.1f%%, %.0f images/s\n", p->epoch,
               p->loss, p->val_loss, 100 * p->val_accuracy, p->images_per_second);
        fflush(stdout);
    }
    return 0;
}

static void message(void *user, int level, const char *text) {
    (void)user;
    fprintf(stderr, "%s%s\n", level > 0 ? "warning: " : "", text);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: %s DATA CFG EPOCHS\n", argv[0]);
        return 2;
    }
    char epochs[64];
    snprintf(epochs, sizeof epochs, "net.max_epochs=%s", argv[3]);
    const char *const set[] = {epochs, NULL};
    const dk_train_options options = {
        .data = argv[1], .cfg = argv[2], .set = set, .on_progress = report, .log = {.write = message}};
    dk_progress last;
    dk_error err = {0};
    if (dk_train(&options, &last, &err) != DK_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("%ld steps, best %.4f\n", last.step, last.best);
    return 0;
}
