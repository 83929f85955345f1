/* The loops of reduction in which the time is spent: sums of values. */

#ifndef CUTAWAY_REDUCE_H
#define CUTAWAY_REDUCE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vectors.h"

/* Fewer values are added one by one. */
#define CUTAWAY_FEW 8

typedef struct {
    double sum;
    double correction;
    double lowest;
    double highest;
} cutaway_sums;

/* The sum is compensated: what rounding has lost so far is in `correction` (Knuth's TwoSum). */
static inline void cutaway_add(cutaway_sums *sums, double number)
{
    double total = sums->sum + number;
    double part = total - sums->sum;
    sums->correction += (sums->sum - (total - part)) + (number - part);
    sums->sum = total;
}

#ifdef CUTAWAY_HAS_VECTORS
/* Four sums side by side, so that none waits for the addition before it. Returns 0, and has added nothing, where a value
   or a sum is not finite. */
#define CUTAWAY_ADD_FINITE(NAME, TYPE, WIDTH, TARGET) \
    TARGET static int NAME(cutaway_sums *sums, const TYPE *value, size_t count, double scale) \
    { \
        cutaway_doubles_##WIDTH sum[4 / WIDTH], correction[4 / WIDTH], lowest[4 / WIDTH], highest[4 / WIDTH]; \
        cutaway_sums found = *sums; \
        size_t i; \
        int k; \
        for (k = 0; k < 4 / WIDTH; k++) { \
            sum[k] = correction[k] = (cutaway_doubles_##WIDTH){0}; \
            lowest[k] = sum[k] + (double)INFINITY; \
            highest[k] = sum[k] - (double)INFINITY; \
        } \
        for (i = 0; i + 4 <= count; i += 4) { \
            double numbers[4] = {(double)value[i], (double)value[i + 1], (double)value[i + 2], (double)value[i + 3]}; \
            for (k = 0; k < 4 / WIDTH; k++) { \
                cutaway_doubles_##WIDTH number, total, part; \
                memcpy(&number, numbers + k * WIDTH, sizeof(number)); \
                lowest[k] = CUTAWAY_MIN_##WIDTH(number, lowest[k]); \
                highest[k] = CUTAWAY_MAX_##WIDTH(number, highest[k]); \
                number *= scale; \
                total = sum[k] + number; \
                part = total - sum[k]; \
                correction[k] += (sum[k] - (total - part)) + (number - part); \
                sum[k] = total; \
            } \
        } \
        for (k = 0; k < 4; k++) { \
            double low = lowest[k / WIDTH][k % WIDTH], high = highest[k / WIDTH][k % WIDTH]; \
            cutaway_add(&found, sum[k / WIDTH][k % WIDTH]); \
            found.correction += correction[k / WIDTH][k % WIDTH]; \
            found.lowest = low < found.lowest ? low : found.lowest; \
            found.highest = high > found.highest ? high : found.highest; \
        } \
        for (; i < count; i++) { \
            double number = (double)value[i]; \
            found.lowest = number < found.lowest ? number : found.lowest; \
            found.highest = number > found.highest ? number : found.highest; \
            cutaway_add(&found, number * scale); \
        } \
        if (!isfinite(found.sum + found.correction)) { \
            return 0; \
        } \
        *sums = found; \
        return 1; \
    }
#else
#define CUTAWAY_ADD_FINITE(NAME, TYPE, WIDTH, TARGET) \
    static int NAME(cutaway_sums *sums, const TYPE *value, size_t count, double scale) \
    { \
        (void)sums, (void)value, (void)count, (void)scale; \
        return 0; \
    }
#endif

CUTAWAY_ADD_FINITE(cutaway_add_float, float, 2, )
CUTAWAY_ADD_FINITE(cutaway_add_double, double, 2, )
CUTAWAY_ADD_FINITE(cutaway_add_int64, int64_t, 2, )
#ifdef CUTAWAY_WIDE
CUTAWAY_ADD_FINITE(cutaway_add_float_wide, float, 4, CUTAWAY_WIDE)
CUTAWAY_ADD_FINITE(cutaway_add_double_wide, double, 4, CUTAWAY_WIDE)
#define CUTAWAY_ADD_OF(TYPE) (CUTAWAY_HAS_WIDE() ? cutaway_add_##TYPE##_wide : cutaway_add_##TYPE)
#else
#define CUTAWAY_ADD_OF(TYPE) cutaway_add_##TYPE
#endif

static inline int cutaway_add_floats_to(cutaway_sums *sums, const float *value, size_t count, double scale)
{
    return CUTAWAY_ADD_OF(float)(sums, value, count, scale);
}

static inline int cutaway_add_doubles_to(cutaway_sums *sums, const double *value, size_t count, double scale)
{
    return CUTAWAY_ADD_OF(double)(sums, value, count, scale);
}

/* Ask for memory that is wanted soon. */
static inline void cutaway_prefetch(const void *start, size_t size)
{
#if defined(__GNUC__)
    size_t place;
    for (place = 0; place < size; place += 64) {
        __builtin_prefetch((const char *)start + place);
    }
#else
    (void)start, (void)size;
#endif
}

#endif
