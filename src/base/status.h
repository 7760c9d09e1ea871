/* Errors as values. Every function that can fail returns dk_status (0 is good) and takes dk_error *err last;
 * the text is written where the fault is found, so callers only forward. See include/darknet.h for the codes.
 */
#ifndef DK_BASE_STATUS_H
#define DK_BASE_STATUS_H

#include "darknet.h"

#define DK_CHECKED __attribute__((warn_unused_result))
#define DK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Fills err (which may be NULL) with the text and returns the code: `return dk_fail(err, DK_EPARSE, "…")`. */
dk_status dk_fail(dk_error *err, dk_status status, const char *format, ...) DK_PRINTF(3, 4);

/* DK_EIO with ": " and what errno says behind the text: after a system call that failed. */
dk_status dk_fail_errno(dk_error *err, const char *format, ...) DK_PRINTF(2, 3);

/* Puts "PREFIX: " before the text that err (which may be NULL) already has; returns `status`, that of the failure. */
dk_status dk_error_prefix(dk_error *err, dk_status status, const char *format, ...) DK_PRINTF(3, 4);

/* Forwards a failure to the caller. */
#define DK_TRY(call)                                                                                         \
    do {                                                                                                     \
        const dk_status dk_try_ = (call);                                                                    \
        if (dk_try_ != DK_OK) {                                                                              \
            return dk_try_;                                                                                  \
        }                                                                                                    \
    } while (0)

#endif
