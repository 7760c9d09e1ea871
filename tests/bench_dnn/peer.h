/* The same network by OpenCV's dnn. */
#ifndef TESTS_BENCH_DNN_PEER_H
#define TESTS_BENCH_DNN_PEER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct peer peer;

/* Reads an ONNX model of one input 1×channels×height×width. NULL: it cannot; it says why on stderr. */
peer *peer_open(const char *model, int channels, int height, int width);

/* Runs it on those planes, with that many threads; all answers into out, `room` at most. Returns how many there are, 0: it
 * failed. */
size_t peer_run(peer *p, int threads, const float *planes, float *out, size_t room);
const char *peer_version(void);
void peer_close(peer *p); /* accepts NULL */

#ifdef __cplusplus
}
#endif

#endif
