/* Text files of other systems, made what our readers want: UTF-8, or any bytes without a 0, and lines that end in LF.
 * Windows writes UTF-16 and a byte-order mark, and ends lines with CR LF, the old Mac with CR. What is no UTF-16 stays
 * the bytes that it is: paths are bytes, in whatever character set. */
#ifndef DK_BASE_ENCODING_H
#define DK_BASE_ENCODING_H

#include <stdint.h>

#include "base/text.h"

typedef enum { DK_BYTES, DK_UTF16LE, DK_UTF16BE } dk_encoding;

/* What the byte-order mark tells; *mark: its bytes, 0 without one. Four bytes are enough. */
dk_encoding dk_encoding_of(const uint8_t *bytes, size_t size, size_t *mark);

/* Appends the UTF-16 character at p as UTF-8. Returns its bytes: 2 or 4, 0 when more than n are needed to know, or −1
 * when it is half of a pair. */
int dk_utf16_put(dk_buffer *out, const uint8_t *p, size_t n, dk_encoding encoding);

/* "PATH: holds a 0 byte …", with what it probably is; bytes are some that hold the 0. */
dk_status dk_text_refuse(const char *path, const uint8_t *bytes, size_t size, const char *wanted,
                         dk_error *err);

/* The bytes of a file as text with a closing 0, which the caller frees; takes the bytes over, also on failure. CR LF
 * and, in a file without LF, CR become LF. wanted: what the file should be, for messages ("each line is one path").
 * Errors: a 0 byte, UTF-16 that is none, UTF-32. */
DK_CHECKED dk_status dk_text_decode(char **text, size_t *size, uint8_t *bytes, size_t n, const char *path,
                                    const char *wanted, dk_error *err);

/* A longer line is no path, no label and no key=value, and no row of a data set. */
enum { DK_LINE_MOST = 1 << 16 };

/* dk_file_read and dk_text_decode; a line of more than DK_LINE_MOST bytes is an error, too. */
DK_CHECKED dk_status dk_text_read(char **text, size_t *size, const char *path, size_t limit,
                                  const char *wanted, dk_error *err);

#endif
