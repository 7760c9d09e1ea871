/* The state of a small training run with any changes, and its check mended: a run goes on with it or says what is wrong. An
 * input is a list of changes, so that saved ones stay good when the state gets other fields:
 *
 *     kind 1 byte · place 2 bytes (of the file, modulo its size) · value 8 bytes
 *     kind 0: the value is put there; 1: its first byte; 2: so many bytes are cut out; 3: it is put between; 4: the end */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "fuzz/fuzz.h"
#include "run/resume.h"
#include "support/toy.h"

enum { BLOCK = 1 << 16, CHECK = 8, CHANGE = 11, ROOM = 1 << 16 };

static const char *const set_net[] = {"ema_alpha=0.9", "policy=constant", NULL};
static dk_run_options options = {.data_path = "toy.data",
                                 .cfg_path = "toy.cfg",
                                 .backend = "ref",
                                 .threads = 1,
                                 .set_net = set_net,
                                 .max_memory = 1 << 28};
static dk_trainer trainer;
static uint8_t *state;
static size_t length;

/* Leaves a state, and a trainer that can be given one. */
static void begin(void) {
    dk_error err = {0};
    toy_write("max_epochs=1");
    if (dk_run_train(&options, &err) != DK_OK) {
        abort();
    }
    options.resume = true;
    if (dk_trainer_open(&trainer, &options, &err) != DK_OK ||
        dk_file_read(trainer.state_path, 0, &state, &length, &err) != DK_OK || length > ROOM / 2) {
        abort();
    }
}

static size_t change(uint8_t *to, size_t n, const uint8_t *bytes) {
    const size_t at = n > 0 ? (size_t)(bytes[1] | bytes[2] << 8) % n : 0, left = n - at;
    const uint8_t *const value = bytes + 3;
    switch (bytes[0] % 5) {
    case 0:
        memcpy(to + at, value, left < 8 ? left : 8);
        return n;
    case 1:
        memcpy(to + at, value, left < 1 ? left : 1);
        return n;
    case 2: {
        const size_t cut = value[0] < left ? value[0] : left;
        memmove(to + at, to + at + cut, left - cut);
        return n - cut;
    }
    case 3:
        memmove(to + at + 8, to + at, left);
        memcpy(to + at, value, 8);
        return n + 8;
    default:
        return at;
    }
}

/* As state.h says: over blocks of 64 KiB of all before it. */
static void mend(uint8_t *to, size_t n) {
    uint64_t check = 0;
    for (size_t at = 0; at < n; at += BLOCK) {
        check = dk_hash(to + at, n - at < BLOCK ? n - at : BLOCK, check);
    }
    memcpy(to + n, &check, sizeof check);
}

/* The trainer's arena keeps what is read: it gets one of its own for each input. */
static void restore(bool must) {
    const dk_trainer before = trainer;
    dk_error err = {0};
    trainer.arena = dk_arena_open();
    const dk_status status = dk_trainer_restore(&trainer, &err);
    fuzz_check(status, &err);
    if (must && status != DK_OK) {
        abort();
    }
    dk_arena_close(trainer.arena);
    trainer = before;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static uint8_t changed[ROOM + CHECK];
    if (fuzz_enter()) {
        begin();
    }
    size_t n = length - CHECK;
    memcpy(changed, state, n);
    for (size_t at = 0; size - at >= CHANGE && n + 8 <= ROOM; at += CHANGE) {
        n = change(changed, n, bytes + at);
    }
    mend(changed, n);
    fuzz_write(trainer.state_path, changed, n + CHECK);
    restore(size == 0); /* what nobody changed is good */
    return 0;
}
