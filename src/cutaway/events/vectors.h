/* Doubles side by side, two on any processor and four where it has AVX2: the same loops for both, with the same results.
 *
 * CUTAWAY_MIN and CUTAWAY_MAX are `number < limit ? number : limit` and the like, so that a NaN changes no limit.
 */
#ifndef CUTAWAY_VECTORS_H
#define CUTAWAY_VECTORS_H

#if defined(__GNUC__)
#include <stdint.h>
#define CUTAWAY_HAS_VECTORS 1

#define CUTAWAY_VECTORS(WIDTH) \
    typedef double cutaway_doubles_##WIDTH __attribute__((vector_size(8 * WIDTH))); \
    typedef float cutaway_floats_##WIDTH __attribute__((vector_size(4 * WIDTH))); \
    typedef int64_t cutaway_mask_##WIDTH __attribute__((vector_size(8 * WIDTH)));
CUTAWAY_VECTORS(2)
CUTAWAY_VECTORS(4)

#if defined(__x86_64__)
#include <immintrin.h>
#define CUTAWAY_WIDE __attribute__((target("avx2")))
#define CUTAWAY_HAS_WIDE() __builtin_cpu_supports("avx2")
#define CUTAWAY_MIN_2(NUMBER, LIMIT) _mm_min_pd(NUMBER, LIMIT)
#define CUTAWAY_MAX_2(NUMBER, LIMIT) _mm_max_pd(NUMBER, LIMIT)
#define CUTAWAY_MIN_4(NUMBER, LIMIT) _mm256_min_pd(NUMBER, LIMIT)
#define CUTAWAY_MAX_4(NUMBER, LIMIT) _mm256_max_pd(NUMBER, LIMIT)
#else
#define CUTAWAY_PICK_2(CONDITION, YES, NO) \
    ((cutaway_doubles_2)( \
        ((cutaway_mask_2)(CONDITION) & (cutaway_mask_2)(YES)) | (~(cutaway_mask_2)(CONDITION) & (cutaway_mask_2)(NO))))
#define CUTAWAY_MIN_2(NUMBER, LIMIT) CUTAWAY_PICK_2((NUMBER) < (LIMIT), NUMBER, LIMIT)
#define CUTAWAY_MAX_2(NUMBER, LIMIT) CUTAWAY_PICK_2((NUMBER) > (LIMIT), NUMBER, LIMIT)
#endif
#endif

#endif
