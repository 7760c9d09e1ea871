/* The order in which people number files: digits in a row are one number, of any length. */
#include <string.h>

#include "base/text.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* The number at *p without leading zeros: its digits, counted; *p goes behind it. */
static size_t take_number(const char **p, const char **digits) {
    *digits = *p + strspn(*p, "0");
    const size_t n = strspn(*digits, "0123456789");
    *p = *digits + n;
    return n;
}

int dk_path_compare(const char *a, const char *b) {
    while (*a != '\0' && *b != '\0') {
        if (is_digit(*a) && is_digit(*b)) {
            const char *one, *other;
            const size_t m = take_number(&a, &one), n = take_number(&b, &other);
            const int differ = m != n ? (m < n ? -1 : 1) : memcmp(one, other, m);
            if (differ != 0) {
                return differ;
            }
        } else if (*a != *b) {
            break;
        } else {
            a++;
            b++;
        }
    }
    return (unsigned char)*a - (unsigned char)*b;
}
