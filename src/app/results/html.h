/* Pieces of an HTML page, appended to a buffer. */
#ifndef DK_APP_HTML_H
#define DK_APP_HTML_H

#include <stdint.h>

#include "base/text.h"

/* Text with & < > " and ' escaped; control characters and bytes that are no UTF-8 become U+FFFD. */
void dk_html_text(dk_buffer *out, const char *text);

/* Bytes as base64 (RFC 4648), padded. */
void dk_html_base64(dk_buffer *out, const uint8_t *bytes, size_t size);

#endif
