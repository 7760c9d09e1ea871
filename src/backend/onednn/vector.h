/* GCC's vector types, VECTOR_BYTES wide, in floats. */
#ifndef DK_BACKEND_ONEDNN_VECTOR_H
#define DK_BACKEND_ONEDNN_VECTOR_H

#define WIDTH ((int)(VECTOR_BYTES / sizeof(float)))
#define INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(VECTOR_BYTES)));
typedef int mask __attribute__((vector_size(VECTOR_BYTES)));
typedef float unaligned __attribute__((vector_size(VECTOR_BYTES), aligned(4), may_alias));

INLINE vec load(const float *from) {
    return *(const unaligned *)from;
}

INLINE void store(float *to, vec v) {
    *(unaligned *)to = v;
}

INLINE vec pick(mask m, vec yes, vec no) {
    return (vec)((m & (mask)yes) | (~m & (mask)no));
}

#endif
