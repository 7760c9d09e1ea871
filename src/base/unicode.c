/* The only file over libunistring. */
#include "base/unicode.h"

#include <stdint.h>
#include <string.h>
#include <uninorm.h>

#include "base/text.h"

bool dk_text_is_ascii(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

bool dk_text_is_utf8(const char *text) {
    while (*text != '\0') {
        const int n = dk_text_character(text);
        if (n == 0) {
            return false;
        }
        text += n;
    }
    return true;
}

char *dk_text_composed(const char *text) {
    if (dk_text_is_ascii(text) || !dk_text_is_utf8(text)) {
        return strdup(text);
    }
    size_t size = 0; /* of the answer, its closing 0 among it */
    return (char *)u8_normalize(UNINORM_NFC, (const uint8_t *)text, strlen(text) + 1, NULL, &size);
}
