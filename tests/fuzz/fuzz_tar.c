/* Any bytes as an archive, as one whose headers' sums are right, and as the index of one that is whole (the first byte says
 * which): never a crash, a failure has a text, files have names and lie within the archive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tar_list.h"
#include "fuzz/fuzz.h"
#include "support/temp.h"

static size_t bytes_of_whole;

static void begin(void) {
    dk_tar_writer w;
    if (dk_tar_writer_open(&w, "whole.tar", NULL) != DK_OK ||
        dk_tar_writer_add(&w, "a/1.jpg", "one", 3, NULL) != DK_OK ||
        dk_tar_writer_add(&w, "2.cls", "1", 1, NULL) != DK_OK || dk_tar_writer_commit(&w, NULL) != DK_OK) {
        abort();
    }
    uint8_t head[1];
    if (dk_file_look("whole.tar", head, sizeof head, &bytes_of_whole, NULL) != DK_OK) {
        abort();
    }
}

static void look(const char *path, size_t bytes) {
    dk_error err = {0};
    dk_tar_listing l = {.files = NULL};
    const dk_status status = dk_tar_listing_make(&l, path, &err);
    fuzz_check(status, &err);
    for (int i = 0; status == DK_OK && i < l.tar.count; i++) {
        const dk_tar_file *const f = &l.tar.files[i];
        if (f->name[0] == '\0' || f->at > bytes || f->size > bytes - f->at) {
            abort();
        }
    }
    dk_tar_listing_free(&l);
}

/* Every block gets the sum that it would have as a header (tar_list.c). */
static void mend(uint8_t *bytes, size_t size) {
    enum { BLOCK = 512, SUM = 148 };
    for (size_t at = 0; size - at >= BLOCK; at += BLOCK) {
        char text[8];
        unsigned sum = 0;
        memset(bytes + at + SUM, ' ', sizeof text);
        for (size_t i = 0; i < BLOCK; i++) {
            sum += bytes[at + i];
        }
        snprintf(text, sizeof text, "%06o", sum);
        memcpy(bytes + at + SUM, text, sizeof text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (fuzz_enter()) {
        begin();
    }
    if (size == 0) {
        look("whole.tar", bytes_of_whole);
        return 0;
    }
    char *const copy = fuzz_copy(bytes + 1, size - 1, 0);
    if (bytes[0] % 3 == 1) {
        mend((uint8_t *)copy, size - 1);
    }
    if (bytes[0] % 3 == 2) {
        fuzz_write("whole.tar.index", bytes + 1, size - 1);
        look("whole.tar", bytes_of_whole);
    } else {
        fuzz_write("any.tar", (const uint8_t *)copy, size - 1);
        look("any.tar", size - 1);
    }
    free(copy);
    return 0;
}
