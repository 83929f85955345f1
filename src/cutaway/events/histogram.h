/* Sums, squares and limits of numbers: half of what a histogram takes. */

#ifndef CUTAWAY_HISTOGRAM_H
#define CUTAWAY_HISTOGRAM_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "vectors.h"

/* Sums side by side, so that none waits for the addition before it, and several numbers are added at once. */
#define CUTAWAY_LANES 8

typedef struct {
    double sum;
    double sum_squares;
    double lowest;
    double highest;
} cutaway_moments;

#ifdef CUTAWAY_HAS_VECTORS
#define CUTAWAY_ADD_LANES(TYPE, WIDTH) \
    cutaway_doubles_##WIDTH least[CUTAWAY_LANES / WIDTH], most[CUTAWAY_LANES / WIDTH]; \
    cutaway_doubles_##WIDTH total[CUTAWAY_LANES / WIDTH], square[CUTAWAY_LANES / WIDTH]; \
    int k; \
    for (k = 0; k < CUTAWAY_LANES / WIDTH; k++) { \
        total[k] = square[k] = (cutaway_doubles_##WIDTH){0}; \
        least[k] = total[k] + (double)INFINITY; \
        most[k] = total[k] - (double)INFINITY; \
    } \
    for (i = 0; i + CUTAWAY_LANES <= count; i += CUTAWAY_LANES) { \
        for (k = 0; k < CUTAWAY_LANES / WIDTH; k++) { \
            cutaway_##TYPE##s_##WIDTH found; \
            cutaway_doubles_##WIDTH number; \
            memcpy(&found, value + i + k * WIDTH, sizeof(found)); \
            number = __builtin_convertvector(found, cutaway_doubles_##WIDTH); \
            least[k] = CUTAWAY_MIN_##WIDTH(number, least[k]); \
            most[k] = CUTAWAY_MAX_##WIDTH(number, most[k]); \
            total[k] += number; \
            square[k] += number * number; \
        } \
    } \
    for (lane = 0; lane < CUTAWAY_LANES; lane++) { \
        sums[lane] = total[lane / WIDTH][lane % WIDTH], squares[lane] = square[lane / WIDTH][lane % WIDTH]; \
        lowest[lane] = least[lane / WIDTH][lane % WIDTH], highest[lane] = most[lane / WIDTH][lane % WIDTH]; \
    }
#else
#define CUTAWAY_ADD_LANES(TYPE, WIDTH) \
    for (lane = 0; lane < CUTAWAY_LANES; lane++) { \
        sums[lane] = squares[lane] = 0; \
        lowest[lane] = INFINITY, highest[lane] = -INFINITY; \
    } \
    for (i = 0; i + CUTAWAY_LANES <= count; i += CUTAWAY_LANES) { \
        for (lane = 0; lane < CUTAWAY_LANES; lane++) { \
            double number = (double)value[i + lane]; \
            sums[lane] += number; \
            squares[lane] += number * number; \
            lowest[lane] = number < lowest[lane] ? number : lowest[lane]; \
            highest[lane] = number > highest[lane] ? number : highest[lane]; \
        } \
    }
#endif

/* Adds the moments of some numbers. Returns 0, and has added nothing, where their sum is not finite. */
#define CUTAWAY_ADD_MOMENTS(NAME, TYPE, WIDTH, TARGET) \
    TARGET static int NAME(const TYPE *value, size_t count, cutaway_moments *moments) \
    { \
        double sums[CUTAWAY_LANES], squares[CUTAWAY_LANES], lowest[CUTAWAY_LANES], highest[CUTAWAY_LANES], whole = 0; \
        size_t i; \
        int lane; \
        CUTAWAY_ADD_LANES(TYPE, WIDTH) \
        for (; i < count; i++) { \
            double number = (double)value[i]; \
            sums[0] += number; \
            squares[0] += number * number; \
            lowest[0] = number < lowest[0] ? number : lowest[0]; \
            highest[0] = number > highest[0] ? number : highest[0]; \
        } \
        for (lane = 0; lane < CUTAWAY_LANES; lane++) { \
            whole += sums[lane]; \
        } \
        if (!isfinite(whole)) { \
            return 0; \
        } \
        moments->sum += whole; \
        for (lane = 0; lane < CUTAWAY_LANES; lane++) { \
            moments->sum_squares += squares[lane]; \
            moments->lowest = lowest[lane] < moments->lowest ? lowest[lane] : moments->lowest; \
            moments->highest = highest[lane] > moments->highest ? highest[lane] : moments->highest; \
        } \
        return 1; \
    }

CUTAWAY_ADD_MOMENTS(cutaway_plain_float, float, 2, )
CUTAWAY_ADD_MOMENTS(cutaway_plain_double, double, 2, )

#ifdef CUTAWAY_WIDE
CUTAWAY_ADD_MOMENTS(cutaway_wide_float, float, 4, CUTAWAY_WIDE)
CUTAWAY_ADD_MOMENTS(cutaway_wide_double, double, 4, CUTAWAY_WIDE)
#define CUTAWAY_ADD(TYPE) (CUTAWAY_HAS_WIDE() ? cutaway_wide_##TYPE : cutaway_plain_##TYPE)
#else
#define CUTAWAY_ADD(TYPE) cutaway_plain_##TYPE
#endif

static inline int cutaway_add_floats(const float *value, size_t count, cutaway_moments *moments)
{
    return CUTAWAY_ADD(float)(value, count, moments);
}

static inline int cutaway_add_doubles(const double *value, size_t count, cutaway_moments *moments)
{
    return CUTAWAY_ADD(double)(value, count, moments);
}

#endif
