/* Listing an archive. Headers are 512 bytes (POSIX.1-1988, ustar): name at 0, size at 124, sum of the bytes at 148, kind at
 * 156, "ustar" at 257, what is before the name at 345. Numbers are octal, or, of GNU, big-endian with the highest bit of
 * the first byte set. A file fills whole blocks of 512; two zero blocks end the archive. Kinds: '0' and 0 regular files, 'L'
 * the next one's name (GNU), 'x' its records "LENGTH KEY=VALUE\n" (POSIX.1-2001, pax), all others are passed over. */
#include "base/tar_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/encoding.h"
#include "base/grow.h"

enum { BLOCK = 512, LONGEST = 4096, MOST_EXTRA = 1 << 20 };

typedef struct {
    dk_tar_listing *l;
    const char *path;
    int fd;
    uint64_t size, at; /* of the archive; of the header that is read */
    char *long_name;   /* of the next file; NULL: its header's */
    bool has_size;     /* of the next file, by pax */
    uint64_t long_size;
} lister;

static uint64_t blocks(uint64_t bytes) {
    return (bytes + BLOCK - 1) / BLOCK * BLOCK;
}

static dk_status fail_at(const lister *t, const char *what, dk_error *err) {
    return dk_fail(err, DK_EFORMAT, "%s: offset %llu: %s", t->path, (unsigned long long)t->at, what);
}

static dk_status read_at(const lister *t, uint64_t at, void *bytes, size_t n, dk_error *err) {
    size_t have = 0;
    while (have < n) {
        const ssize_t more = pread(t->fd, (char *)bytes + have, n - have, (off_t)(at + have));
        if (more == 0) {
            return fail_at(t, "the archive ends within a file; it is cut", err);
        }
        if (more < 0 && errno != EINTR) {
            return dk_fail_errno(err, "cannot read '%s'", t->path);
        }
        have += more > 0 ? (size_t)more : 0;
    }
    return DK_OK;
}

/* ---- from its headers ---- */

static bool number(const uint8_t *field, int n, uint64_t *out) {
    *out = 0;
    if (field[0] & 0x80) {
        for (int i = n - 8; i < n; i++) {
            *out = *out << 8 | field[i];
        }
        return field[0] == 0x80;
    }
    int i = 0;
    while (i < n && field[i] == ' ') {
        i++;
    }
    for (; i < n && field[i] >= '0' && field[i] <= '7'; i++) {
        *out = *out << 3 | (uint64_t)(field[i] - '0');
    }
    return i == n || field[i] == ' ' || field[i] == '\0';
}

/* The sum counts its own field as blanks. */
static bool sums_up(const uint8_t *head) {
    uint64_t said = 0, sum = 0;
    for (int i = 0; i < BLOCK; i++) {
        sum += i >= 148 && i < 156 ? ' ' : head[i];
    }
    return number(head + 148, 8, &said) && said == sum;
}

static bool is_end(const uint8_t *head) {
    static const uint8_t zeros[BLOCK];
    return memcmp(head, zeros, BLOCK) == 0;
}

static char *name_of(lister *t, const uint8_t *head) {
    const char *const before = (const char *)head + 345, *const name = (const char *)head;
    if (t->long_name != NULL) {
        return t->long_name;
    }
    if (memcmp(head + 257, "ustar\0", 6) == 0 && *before != '\0') {
        return dk_arena_format(t->l->names, "%.155s/%.100s", before, name);
    }
    return dk_arena_format(t->l->names, "%.100s", name);
}

static dk_status add(dk_tar_listing *l, const dk_tar_file *file, dk_error *err) {
    if (file->name == NULL) {
        return dk_no_memory(err, LONGEST, "the names in an archive");
    }
    DK_TRY(DK_GROW(l->files, l->tar.count, l->room, "the names in an archive", err));
    l->files[l->tar.count++] = *file;
    return DK_OK;
}

/* The bytes behind a header that is about the next one, with a closing 0. */
static dk_status read_extra(const lister *t, uint64_t size, char **out, dk_error *err) {
    *out = size < MOST_EXTRA ? dk_arena_alloc(t->l->names, (size_t)size + 1) : NULL;
    if (size >= MOST_EXTRA) {
        return fail_at(t, "a name or its records are larger than a megabyte", err);
    }
    return *out != NULL ? read_at(t, t->at + BLOCK, *out, (size_t)size, err)
                        : dk_no_memory(err, (size_t)size, t->path);
}

/* Records of pax: of them path and size count. */
static dk_status take_records(lister *t, char *text, size_t size, dk_error *err) {
    while (text != NULL && size > 0) {
        char *key = NULL;
        const size_t length = strtoul(text, &key, 10);
        if (length < 4 || length > size || *key != ' ' || text[length - 1] != '\n') {
            return fail_at(t, "the records of a pax header are broken", err);
        }
        text[length - 1] = '\0';
        key++;
        if (strncmp(key, "path=", 5) == 0) {
            t->long_name = key + 5;
        } else if (strncmp(key, "size=", 5) == 0) {
            t->long_size = strtoull(key + 5, NULL, 10);
            t->has_size = true;
        }
        text += length;
        size -= length;
    }
    return DK_OK;
}

static dk_status take_file(lister *t, const uint8_t *head, uint64_t size, dk_error *err) {
    if (size > INT32_MAX) {
        return fail_at(t, "holds a file of 2 GB or more; pictures are wanted", err);
    }
    const dk_tar_file file = {.name = name_of(t, head), .at = t->at + BLOCK, .size = (uint32_t)size};
    t->long_name = NULL;
    t->has_size = false;
    if (file.name != NULL && file.name[0] == '\0') {
        return fail_at(t, "holds a file without a name", err);
    }
    return add(t->l, &file, err);
}

static dk_status take_header(lister *t, const uint8_t *head, dk_error *err) {
    uint64_t size = 0;
    char *extra = NULL;
    const char kind = (char)head[156];
    const bool about_next = kind == 'L' || kind == 'x';
    if (!sums_up(head) || !number(head + 124, 12, &size)) {
        return fail_at(t,
                       t->at == 0 ? "is no tar archive: its first 512 bytes are no header"
                                  : "is no header of a file; the archive is broken",
                       err);
    }
    size = t->has_size && !about_next ? t->long_size : size;
    if (size > t->size - t->at - BLOCK) {
        return fail_at(t, "the archive ends within a file; it is cut", err);
    }
    if (about_next) {
        DK_TRY(read_extra(t, size, &extra, err));
        if (kind == 'x') {
            DK_TRY(take_records(t, extra, (size_t)size, err));
        } else {
            t->long_name = extra;
        }
    } else if (kind == '0' || kind == '\0') {
        DK_TRY(take_file(t, head, size, err));
    } else {
        t->long_name = NULL;
        t->has_size = false;
    }
    t->at += BLOCK + blocks(size);
    return DK_OK;
}

/* An archive that ends without its zero blocks, at the end of a file, is as whole as tar itself takes it for. */
static dk_status list_headers(lister *t, dk_error *err) {
    uint8_t head[BLOCK];
    while (t->at < t->size) {
        DK_TRY(read_at(t, t->at, head, BLOCK, err));
        if (is_end(head)) {
            return DK_OK;
        }
        DK_TRY(take_header(t, head, err));
    }
    return t->at == t->size ? DK_OK : fail_at(t, "the archive ends within a file; it is cut", err);
}

/* ---- from its index ---- */

/* "OFFSET SIZE CRC NAME"; the rest of a line is the name. */
static dk_status take_line(lister *t, const char *index, int line, char *text, dk_error *err) {
    char *end = text;
    dk_tar_file file = {0};
    file.at = strtoull(end, &end, 10);
    const unsigned long long size = strtoull(end, &end, 10);
    file.crc = (uint32_t)strtoul(end, &end, 16);
    if (*end != ' ' || end[1] == '\0' || size > INT32_MAX || file.at > t->size || size > t->size - file.at) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s:%d: is no line 'OFFSET SIZE CRC NAME' of a file in %s. Without the index the archive's "
            "own headers count",
            index, line, t->path);
    }
    file.size = (uint32_t)size;
    file.name = dk_arena_text(t->l->names, end + 1);
    return add(t->l, &file, err);
}

/* Size alone may agree by chance: the header before the first file has its name. */
static bool agrees(const lister *t) {
    uint8_t head[BLOCK];
    if (t->l->tar.count == 0) {
        return true;
    }
    const dk_tar_file *const first = &t->l->files[0];
    lister there = *t;
    there.at = first->at - BLOCK;
    dk_tar_listing alone = {.names = t->l->names};
    there.l = &alone;
    uint64_t size = 0;
    return first->at >= BLOCK && read_at(t, there.at, head, BLOCK, NULL) == DK_OK && sums_up(head) &&
           number(head + 124, 12, &size) && size == first->size &&
           strcmp(name_of(&there, head), first->name) == 0;
}

static dk_status list_lines(lister *t, const char *index, char *text, dk_error *err) {
    char *rest = text;
    const char *const first = dk_text_line(&rest);
    unsigned long long bytes = 0;
    int line = 1;
    const bool known = first != NULL && sscanf(first, "darknet-tar 1 %llu", &bytes) == 1;
    if (!known) {
        return dk_fail(err, DK_EFORMAT,
                       "%s:1: is no index of an archive; it begins with 'darknet-tar 1 BYTES'", index);
    }
    if (bytes > t->size) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: has %llu bytes, and by its index (%s) had %llu: it is cut, or another", t->path,
                       (unsigned long long)t->size, index, bytes);
    }
    for (char *entry = bytes == t->size ? dk_text_line(&rest) : NULL; entry != NULL;
         entry = dk_text_line(&rest)) {
        line++;
        DK_TRY(*entry == '\0' ? DK_OK : take_line(t, index, line, entry, err));
    }
    t->l->tar.checked = true;
    return bytes == t->size && agrees(t) ? DK_OK
                                         : dk_fail(err, DK_EFORMAT,
                                                   "%s: is the index of another archive than %s (of %llu "
                                                   "bytes; this one has %llu). Without "
                                                   "it the archive's own headers count",
                                                   index, t->path, bytes, (unsigned long long)t->size);
}

static dk_status list(lister *t, dk_error *err) {
    enum { INDEX_MOST = 1 << 28 };
    const char *const index = dk_arena_format(t->l->names, "%s.index", t->path);
    char *text = NULL;
    size_t size = 0;
    if (index == NULL) {
        return dk_no_memory(err, strlen(t->path), t->path);
    }
    if (!dk_path_exists(index)) {
        return list_headers(t, err);
    }
    DK_TRY(dk_text_read(&text, &size, index, INDEX_MOST, "each line is a file of an archive", err));
    const dk_status status = list_lines(t, index, text, err);
    free(text);
    return status;
}

dk_status dk_tar_listing_make(dk_tar_listing *l, const char *path, dk_error *err) {
    size_t size = 0;
    uint8_t head[1];
    l->names = dk_arena_open();
    l->tar.path = l->names != NULL ? dk_arena_text(l->names, path) : NULL;
    if (l->tar.path == NULL) {
        return dk_no_memory(err, strlen(path), path);
    }
    lister t = {.l = l, .path = l->tar.path, .fd = -1};
    DK_TRY(dk_file_look(path, head, sizeof head, &size, err));
    DK_TRY(dk_file_open(&t.fd, path, err));
    t.size = size;
    const dk_status status = list(&t, err);
    close(t.fd);
    l->tar.files = l->files;
    return status;
}

void dk_tar_listing_free(dk_tar_listing *l) {
    free(l->files);
    dk_arena_close(l->names);
    *l = (dk_tar_listing){0};
}
