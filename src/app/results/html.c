/* Escaping and base64. */
#include "app/results/html.h"

#include <string.h>

void dk_html_text(dk_buffer *out, const char *text) {
    static const char special[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (const char *p = text; *p != 0;) {
        const int n = dk_text_character(p);
        const uint32_t c = dk_text_code(p);
        const bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
        const char *const found = strchr(special, *p);
        if (found != NULL) {
            const char *const name = names[found - special];
            dk_buffer_put(out, name, strlen(name));
        } else if (n == 0 || control) {
            dk_buffer_put(out, "\uFFFD", strlen("\uFFFD"));
        } else {
            dk_buffer_put(out, p, (size_t)n);
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
