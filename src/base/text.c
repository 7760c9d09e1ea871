/* Strict numbers, trimming, near misses and names of paths. The C locale is asked for by name wherever a
 * number is read or printed, since a program around the library may have set one with a decimal comma. */
#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c) {
    return c >= '0' && c <= '9';
}

static bool space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool dk_text_int(const char *text, long *out) {
    if (!digit(text[0]) && text[0] != '-' && text[0] != '+') {
        return false; /* strtol would pass over white space */
    }
    char *end;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0) {
        return false;
    }
    *out = value;
    return true;
}

bool dk_text_float(const char *text, double *out) {
    if (text[0] == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0') {
        return false; /* strtod would take white space, "inf", "nan" and hexadecimal too */
    }
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) {
        return false;
    }
    char *end;
    const double value = strtod_l(text, &end, c);
    freelocale(c);
    if (end == text || *end != '\0' || !isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

int dk_text_format(char *out, size_t room, const char *format, va_list args) {
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const locale_t before = uselocale(c);
    const int length = vsnprintf(out, room, format, args);
    uselocale(before);
    if (c != (locale_t)0) {
        freelocale(c);
    }
    return length;
}

char *dk_text_trim(char *text) {
    while (space(*text)) {
        text++;
    }
    size_t n = strlen(text);
    while (n > 0 && space(text[n - 1])) {
        n--;
    }
    text[n] = '\0';
    return text;
}

char *dk_text_line(char **rest) {
    char *const line = strsep(rest, "\n");
    return line == NULL ? NULL : dk_text_trim(line);
}

size_t dk_text_tally(const char *text, size_t n, char byte) {
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        found += text[i] == byte;
    }
    return found;
}

void dk_text_cut_comment(char *text) {
    for (char *p = text; (p = strchr(p, '#')) != NULL; p++) {
        if (p > text && (p[-1] == ' ' || p[-1] == '\t')) {
            while (p > text && (p[-1] == ' ' || p[-1] == '\t')) {
                p--;
            }
            *p = '\0';
            return;
        }
    }
}

char *dk_text_after_mark(char *text) {
    return text + (strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
}

int dk_text_character(const char *text) {
    const unsigned char *const p = (const unsigned char *)text;
    if (*p < 0x80) {
        return 1;
    }
    const int n = *p >= 0xc2 && *p < 0xe0 ? 2 : (*p & 0xf0) == 0xe0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    const bool wrong = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) ||
                       (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90);
    return wrong ? 0 : n;
}

uint32_t dk_text_code(const char *text) {
    const unsigned char *const p = (const unsigned char *)text;
    const int n = dk_text_character(text);
    if (n < 2) {
        return n == 1 ? *p : 0xfffd;
    }
    uint32_t code = *p & (0x7fu >> n);
    for (int i = 1; i < n; i++) {
        code = code << 6 | (p[i] & 0x3fu);
    }
    return code;
}

size_t dk_text_fit(const char *text, size_t room) {
    size_t n = strlen(text);
    if (n <= room) {
        return n;
    }
    for (n = room; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;) {
        n--;
    }
    return n;
}

bool dk_text_ends(const char *text, const char *end) {
    const size_t n = strlen(text), m = strlen(end);
    if (m > n) {
        return false;
    }
    for (size_t i = 0; i < m; i++) {
        if (lower(text[n - m + i]) != lower(end[i])) {
            return false;
        }
    }
    return true;
}

enum { WORD = 64 }; /* longer words have no near misses */

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Edits that turn a into b, case aside: insert, delete, replace, or swap two neighbours (the "optimal string
 * alignment" distance). d[i][j] is that of the first i and j letters; three rows are kept. */
static int distance(const char *a, size_t n, const char *b, size_t m) {
    int d[3][WORD + 1];
    for (size_t j = 0; j <= m; j++) {
        d[0][j] = (int)j;
    }
    for (size_t i = 1; i <= n; i++) {
        int *const row = d[i % 3];
        const int *const above = d[(i + 2) % 3], *const above2 = d[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            const char p = lower(a[i - 1]), q = lower(b[j - 1]);
            row[j] = least(above[j - 1] + (p != q), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && p == lower(b[j - 2]) && lower(a[i - 2]) == q) {
                row[j] = least(row[j], above2[j - 2] + 1);
            }
        }
    }
    return d[n % 3][m];
}

const char *dk_text_closest(const char *word, const char *const *candidates) {
    const size_t n = strlen(word);
    if (n > WORD) {
        return NULL;
    }
    const char *best = NULL;
    int best_distance = (int)n / 3 + 1;
    for (; *candidates != NULL; candidates++) {
        const size_t m = strlen(*candidates);
        const int d = m > WORD ? best_distance : distance(word, n, *candidates, m);
        if (d < best_distance) {
            best = *candidates;
            best_distance = d;
        }
    }
    return best;
}

const char *dk_text_count(char out[32], long long n) {
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%lld", n);
    char *to = out;
    for (int i = 0; i < length; i++) {
        *to++ = digits[i];
        const int left = length - 1 - i;
        if (left > 0 && left % 3 == 0 && digit(digits[i])) {
            *to++ = ',';
        }
    }
    *to = '\0';
    return out;
}

const char *dk_text_quoted(char *out, size_t room, const char *text) {
    const char *const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-,:@%=";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
        snprintf(out, room, "%s", text);
        return out;
    }
    int n = snprintf(out, room, "'");
    for (const char *p = text; *p != '\0' && (size_t)n + 6 < room; p++) {
        n += snprintf(out + n, room - (size_t)n, *p == '\'' ? "'\\''" : "%c", *p);
    }
    snprintf(out + n, room - (size_t)n, "'");
    return out;
}

const char *dk_path_name(const char *path) {
    const char *const slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

size_t dk_path_stem(const char *path, char *out, size_t size) {
    const char *const name = dk_path_name(path);
    const char *const dot = strrchr(name, '.');
    const size_t n = dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name);
    if (size > 0) {
        const size_t kept = n < size ? n : size - 1;
        memcpy(out, name, kept);
        out[kept] = '\0';
    }
    return n;
}
