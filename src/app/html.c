/* Escaping and base64. */
#include "app/html.h"

#include <string.h>

/* Bytes of the UTF-8 character at p, 0 when there is none. Forms that are longer than needed do no harm here:
 * a browser shows them as unknown. */
static size_t character(const unsigned char *p) {
    const size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

void dk_html_text(dk_buffer *out, const char *text) {
    static const char special[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (const unsigned char *p = (const unsigned char *)text; *p != 0;) {
        const size_t n = character(p);
        const char *const found = strchr(special, *p);
        if (found != NULL) {
            const char *const name = names[found - special];
            dk_buffer_put(out, name, strlen(name));
        } else if (n == 0 || (*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f) {
            dk_buffer_put(out, "?", 1);
        } else {
            dk_buffer_put(out, p, n);
        }
        p += n > 0 ? n : 1;
    }
}

void dk_html_base64(dk_buffer *out, const uint8_t *bytes, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const uint32_t three = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? (uint32_t)bytes[i + 2] : 0);
        const char four[] = {digits[three >> 18], digits[three >> 12 & 63],
                             left > 1 ? digits[three >> 6 & 63] : '=', left > 2 ? digits[three & 63] : '='};
        dk_buffer_put(out, four, sizeof four);
    }
}
