/* Writing an archive with its index; tar_list.c says what a header is. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/tar.h"

enum { BLOCK = 512, NAME = 100 };

dk_status dk_tar_writer_open(dk_tar_writer *w, const char *path, dk_error *err) {
    *w = (dk_tar_writer){.at = 0};
    return dk_writer_open(&w->out, path, err);
}

static dk_status put(dk_tar_writer *w, const void *bytes, size_t n, dk_error *err) {
    static const char zeros[BLOCK];
    const size_t rest = (BLOCK - n % BLOCK) % BLOCK;
    if (fwrite(bytes, 1, n, w->out.f) != n || fwrite(zeros, 1, rest, w->out.f) != rest) {
        return dk_fail_errno(err, "cannot write '%s'", w->out.path);
    }
    w->at += n + rest;
    return DK_OK;
}

/* Nobody's, of no time, readable by all: the same files make the same archive. */
static void fill_header(char head[BLOCK], const char *name, size_t size) {
    memset(head, 0, BLOCK);
    (void)memccpy(head, name, 0, NAME);
    memcpy(head + 100, "0000644", 8);
    memcpy(head + 108, "0000000", 8);
    memcpy(head + 116, "0000000", 8);
    snprintf(head + 124, 12, "%011zo", size);
    memcpy(head + 136, "00000000000", 12);
    memset(head + 148, ' ', 8);
    head[156] = '0';
    memcpy(head + 257, "ustar", 6);
    head[263] = head[264] = '0'; /* its version */
    unsigned sum = 0;
    for (int i = 0; i < BLOCK; i++) {
        sum += (unsigned char)head[i];
    }
    snprintf(head + 148, 8, "%06o", sum);
}

dk_status dk_tar_writer_add(dk_tar_writer *w, const char *name, const void *bytes, size_t size,
                            dk_error *err) {
    char head[BLOCK];
    if (strlen(name) > NAME || size > INT32_MAX) {
        return dk_fail(err, DK_EDATA,
                       "%s: cannot hold '%.120s' of %zu bytes; names have up to %d, files less than 2 GB",
                       w->out.path, name, size, NAME);
    }
    fill_header(head, name, size);
    DK_TRY(put(w, head, BLOCK, err));
    dk_buffer_add(&w->index, "%llu %zu %08lx %s\n", (unsigned long long)w->at, size,
                  crc32(0, bytes, (uInt)size), name);
    return put(w, bytes, size, err);
}

static dk_status write_index(const dk_tar_writer *w, const char *path, dk_error *err) {
    dk_writer index;
    DK_TRY(dk_writer_open(&index, path, err));
    fprintf(index.f, "darknet-tar 1 %llu\n", (unsigned long long)w->at);
    fwrite(w->index.text, 1, w->index.size, index.f);
    return dk_writer_commit(&index, err);
}

/* An old index goes first: it must never be beside a new archive. */
dk_status dk_tar_writer_commit(dk_tar_writer *w, dk_error *err) {
    static const char end[2 * BLOCK];
    dk_buffer path = {0};
    dk_buffer_add(&path, "%s.index", w->out.path);
    dk_status status = path.failed || w->index.failed
                           ? dk_no_memory(err, w->index.size, "the index of an archive")
                           : put(w, end, sizeof end, err);
    if (status == DK_OK) {
        unlink(path.text);
        status = dk_writer_commit(&w->out, err);
    }
    if (status == DK_OK) {
        status = write_index(w, path.text, err);
    }
    dk_buffer_free(&path);
    dk_tar_writer_abandon(w);
    return status;
}

void dk_tar_writer_abandon(dk_tar_writer *w) {
    dk_writer_abandon(&w->out);
    dk_buffer_free(&w->index);
}
