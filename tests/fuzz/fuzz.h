/* What fuzz targets share. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Aborts unless a failure has its status and a text of one line. */
void fuzz_check(dk_status status, const dk_error *err);

/* A copy of the bytes with `last` behind them, which the caller frees. */
char *fuzz_copy(const uint8_t *bytes, size_t size, char last);

/* At the first call: goes to a folder of this process's own, which is gone when it ends. True: this was the first. */
bool fuzz_enter(void);
void fuzz_write(const char *path, const uint8_t *bytes, size_t size);

/* Any bytes as a picture and on the way into a network: an error names the file; a picture has its pixels, and planes are
 * numbers of 0…1. Whether it was one, and then its sides. */
bool fuzz_picture(const uint8_t *bytes, size_t size, int *w, int *h);

/* CRC-32 of PNG's chunks (ISO 3309), over bytes and whatever came before them (0: nothing). */
uint32_t fuzz_crc(uint32_t before, const uint8_t *bytes, size_t size);
void fuzz_put32(uint8_t *to, uint32_t value); /* big-endian, as PNG has it */

#endif
