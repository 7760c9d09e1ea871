/* The bytes of a state file; see state.h. */
#include "run/state.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"

static const char magic[8] = {'D', 'K', 'S', 'T', 'A', 'T', 'E', '\n'};
enum { BLOCK = 1 << 16, HEAD = 16, CHECK = 8 };

/* ---- writing ---- */
static void flush_block(dk_state *s) {
    s->check = dk_hash(s->block, s->used, s->check);
    fwrite(s->block, 1, s->used, s->writer.f); /* a short write shows when the writer commits */
    s->used = 0;
}

static void put(dk_state *s, const uint8_t *bytes, size_t n) {
    while (n > 0) {
        const size_t room = BLOCK - s->used, now = n < room ? n : room;
        memcpy(s->block + s->used, bytes, now);
        s->used += now;
        bytes += now;
        n -= now;
        if (s->used == BLOCK) {
            flush_block(s);
        }
    }
}

dk_status dk_state_write(dk_state *s, const char *path, dk_error *err) {
    long version = DK_STATE_VERSION;
    *s = (dk_state){.path = path, .block = malloc(BLOCK)};
    if (s->block == NULL) {
        return dk_no_memory(err, BLOCK, "the state of the run");
    }
    const dk_status status = dk_writer_open(&s->writer, path, err);
    if (status != DK_OK) {
        dk_state_abandon(s);
        return status;
    }
    put(s, (const uint8_t *)magic, sizeof magic);
    dk_state_long(s, &version);
    return DK_OK;
}

/* ---- reading ---- */

/* The check of the bytes from here to the last CHECK ones, and those. */
static bool sound(dk_state *s, long size) {
    uint64_t check = 0, wanted = 0;
    for (long left = size - CHECK; left > 0;) {
        const size_t n = left < BLOCK ? (size_t)left : BLOCK;
        if (fread(s->block, 1, n, s->f) != n) {
            return false;
        }
        check = dk_hash(s->block, n, check);
        left -= (long)n;
    }
    return fread(&wanted, 1, sizeof wanted, s->f) == sizeof wanted && wanted == check;
}

static dk_status check_file(dk_state *s, dk_error *err) {
    char begin[sizeof magic] = {0};
    const size_t got = fread(begin, 1, sizeof begin, s->f);
    const long size = fseek(s->f, 0, SEEK_END) == 0 ? ftell(s->f) : -1;
    long version = 0;
    if (got != sizeof begin || memcmp(begin, magic, sizeof magic) != 0) {
        return dk_fail(err, DK_EFORMAT, "%s: is not the state of a training run", s->path);
    }
    s->left = LONG_MAX;
    fseek(s->f, sizeof magic, SEEK_SET);
    dk_state_long(s, &version);
    if (!s->failed && version >= 1 && version != DK_STATE_VERSION) {
        return dk_fail(err, DK_EFORMAT, "%s: is of version %ld; this program reads %d: %s one wrote it",
                       s->path, version, DK_STATE_VERSION,
                       version > DK_STATE_VERSION ? "a newer" : "an older");
    }
    rewind(s->f);
    if (s->failed || version < 1 || size < HEAD + CHECK || !sound(s, size)) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: is cut or damaged: its check does not fit; the run can only begin anew", s->path);
    }
    s->left = size - HEAD - CHECK;
    return fseek(s->f, HEAD, SEEK_SET) == 0 ? DK_OK : dk_fail(err, DK_EIO, "%s: cannot be read", s->path);
}

static dk_status open_file(dk_state *s, dk_error *err) {
    int fd = -1;
    if (!dk_path_exists(s->path)) {
        return dk_fail(err, DK_EIO, "%s: cannot be read: %s; -resume goes on with a run that left this file",
                       s->path, strerror(errno));
    }
    DK_TRY(dk_file_open(&fd, s->path, err));
    s->f = fdopen(fd, "rb");
    if (s->f == NULL) {
        close(fd);
        return dk_no_memory(err, BLOCK, "the state of the run");
    }
    return check_file(s, err);
}

dk_status dk_state_read(dk_state *s, const char *path, dk_error *err) {
    *s = (dk_state){.path = path, .reads = true, .block = malloc(BLOCK)};
    const dk_status status =
        s->block != NULL ? open_file(s, err) : dk_no_memory(err, BLOCK, "the state of the run");
    if (status != DK_OK) {
        dk_state_abandon(s);
    }
    return status;
}

static void get(dk_state *s, uint8_t *bytes, size_t n) {
    if (s->failed || (size_t)s->left < n || fread(bytes, 1, n, s->f) != n) {
        s->failed = true;
        memset(bytes, 0, n);
        return;
    }
    s->left -= (long)n;
}

/* ---- fields ---- */
void dk_state_bytes(dk_state *s, void *bytes, size_t n) {
    if (s->reads) {
        get(s, bytes, n);
    } else {
        put(s, bytes, n);
    }
}

void dk_state_long(dk_state *s, long *v) {
    int64_t wide = *v;
    dk_state_bytes(s, &wide, sizeof wide);
    *v = (long)wide;
}

void dk_state_int(dk_state *s, int *v) {
    long wide = *v;
    dk_state_long(s, &wide);
    s->failed |= wide < INT_MIN || wide > INT_MAX;
    *v = (int)wide;
}

void dk_state_bool(dk_state *s, bool *v) {
    int wide = *v;
    dk_state_int(s, &wide);
    s->failed |= wide != 0 && wide != 1;
    *v = wide != 0;
}

void dk_state_double(dk_state *s, double *v) {
    dk_state_bytes(s, v, sizeof *v);
}

void dk_state_text(dk_state *s, const char **text, dk_arena *arena) {
    long n = s->reads ? 0 : (long)strlen(*text);
    dk_state_long(s, &n);
    if (!s->reads) {
        put(s, (const uint8_t *)*text, (size_t)n);
        return;
    }
    char *room = n >= 0 && n <= s->left && !s->failed ? dk_arena_alloc(arena, (size_t)n + 1) : NULL;
    s->failed |= room == NULL;
    *text = room != NULL ? room : "";
    if (room != NULL) {
        get(s, (uint8_t *)room, (size_t)n);
    }
}

/* ---- the end ---- */
dk_status dk_state_close(dk_state *s, dk_error *err) {
    dk_status status = DK_OK;
    if (s->failed || (s->reads && s->left != 0)) {
        status = dk_fail(err, DK_EFORMAT, "%s: does not fit this run; it can only begin anew", s->path);
    } else if (!s->reads) {
        if (s->used > 0) {
            flush_block(s);
        }
        fwrite(&s->check, sizeof s->check, 1, s->writer.f);
        status = dk_writer_commit(&s->writer, err);
    }
    dk_state_abandon(s);
    return status;
}

void dk_state_abandon(dk_state *s) {
    if (s->f != NULL) {
        fclose(s->f);
    }
    dk_writer_abandon(&s->writer);
    free(s->block);
    s->f = NULL;
    s->block = NULL;
}
