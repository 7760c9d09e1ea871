/* A file is what its ending says when its first bytes agree, else what these say; only where the ending is one of the
 * pictures that are read, or of what is never a picture, nobody looks. */
#include "image/found.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { MOST_KINDS = sizeof((dk_unread){0}.kind) / sizeof((dk_unread){0}.kind[0]) };
#define FILM_HEAD (64UL << 20) /* bytes: no first frame is larger */

static void count(dk_unread *u, const char *name) {
    int i = 0;
    while (i < u->kinds && strcmp(u->kind[i].name, name) != 0) {
        i++;
    }
    if (i == u->kinds && i < MOST_KINDS) {
        u->kinds++;
        snprintf(u->kind[i].name, sizeof u->kind[i].name, "%s", i == MOST_KINDS - 1 ? "others" : name);
    }
    u->kind[i < MOST_KINDS ? i : MOST_KINDS - 1].count++;
    u->count++;
}

/* The ending in lower case. */
static void count_ending(dk_unread *u, const char *path) {
    char ending[sizeof u->kind[0].name];
    snprintf(ending, sizeof ending, "%s", strrchr(path, '.'));
    for (char *c = ending; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    count(u, ending);
}

bool dk_image_found(const char *path, dk_unread *unread) {
    const dk_format *const named = dk_format_named(path);
    if (named != NULL && (named->kind == DK_FORMAT_READ || named->kind == DK_FORMAT_OTHER)) {
        return named->kind == DK_FORMAT_READ;
    }
    uint8_t head[DK_FORMAT_HEAD];
    const size_t size = dk_file_head(path, head, sizeof head);
    const dk_format *const is =
        named != NULL && dk_format_fits(named, head, size) ? named : dk_format_of(head, size);
    if (is != NULL && is->kind == DK_FORMAT_READ) {
        return true;
    }
    if (named != NULL && named->kind == DK_FORMAT_UNREAD) {
        count_ending(unread, path);
    } else if (is != NULL && is->kind == DK_FORMAT_UNREAD) {
        count(unread, is->name);
    }
    return false;
}

dk_unread_text dk_unread_list(const dk_unread *u) {
    dk_unread_text list = {""};
    for (int i = 0, at = 0; i < u->kinds; i++) {
        at += snprintf(list.text + at, sizeof list.text - (size_t)at, "%s%s %d", i == 0 ? "" : ", ",
                       u->kind[i].name, u->kind[i].count);
    }
    return list;
}

void dk_unread_warn(const dk_unread *u, const char *source, const dk_log *log) {
    if (u->count == 1) {
        dk_warn(log, "%s: 1 file is a picture of a kind that is not read: %s", source,
                dk_unread_list(u).text);
    } else if (u->count > 1) {
        dk_warn(log, "%s: %d files are pictures of kinds that are not read: %s", source, u->count,
                dk_unread_list(u).text);
    }
}

bool dk_image_moves(const dk_format *format, const char *path) {
    if (format->moves == NULL) {
        return false;
    }
    uint8_t *const bytes = malloc(FILM_HEAD); /* pages that are not written cost nothing */
    const bool moves = bytes != NULL && format->moves(bytes, dk_file_head(path, bytes, FILM_HEAD));
    free(bytes);
    return moves;
}
