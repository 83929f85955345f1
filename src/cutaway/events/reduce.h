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

/* Float32 that differ by no more than this many times, divided by how many they are, add up to a float64 without rounding:
   each is a multiple of the least one's last bit, which is above 2**-24 of that one, and float64 has 53 bits. */
#define CUTAWAY_EXACT_RANGE 268435456.0
#define CUTAWAY_EXACT_COUNT 4096

#ifdef CUTAWAY_HAS_VECTORS
/* Values whose sum has no rounding: nothing is lost that had to be kept. Returns 0, and has added nothing, where it may have
   one, or a value or the sum is not finite. */
#define CUTAWAY_ADD_EXACTLY(NAME, WIDTH, TARGET) \
    /* The smallest magnitude. */ \
    TARGET static double NAME##_least(const float *value, size_t count) \
    { \
        cutaway_doubles_##WIDTH least = (cutaway_doubles_##WIDTH){0} + (double)INFINITY; \
        double found = INFINITY; \
        size_t i; \
        int k; \
        for (i = 0; i + WIDTH <= count; i += WIDTH) { \
            double numbers[WIDTH]; \
            cutaway_doubles_##WIDTH number; \
            for (k = 0; k < WIDTH; k++) { \
                numbers[k] = (double)value[i + k]; \
            } \
            memcpy(&number, numbers, sizeof(number)); \
            number = CUTAWAY_MAX_##WIDTH(number, -number); \
            least = CUTAWAY_MIN_##WIDTH(number, least); \
        } \
        for (k = 0; k < WIDTH; k++) { \
            found = least[k] < found ? least[k] : found; \
        } \
        for (; i < count; i++) { \
            double magnitude = fabs((double)value[i]); \
            found = magnitude < found ? magnitude : found; \
        } \
        return found; \
    } \
\
    TARGET static int NAME(cutaway_sums *sums, const float *value, size_t count, double scale) \
    { \
        cutaway_doubles_##WIDTH sum[8 / WIDTH], lowest[4 / WIDTH], highest[4 / WIDTH]; \
        double total = 0, low = INFINITY, high = -INFINITY, least, most; \
        cutaway_sums found = *sums; \
        size_t i; \
        int k; \
        for (k = 0; k < 4 / WIDTH; k++) { \
            sum[k] = sum[k + 4 / WIDTH] = (cutaway_doubles_##WIDTH){0}; \
            lowest[k] = sum[k] + (double)INFINITY; \
            highest[k] = sum[k] - (double)INFINITY; \
        } \
        for (i = 0; i + 8 <= count; i += 8) { \
            double numbers[8]; \
            for (k = 0; k < 8; k++) { \
                numbers[k] = (double)value[i + k]; \
            } \
            for (k = 0; k < 8 / WIDTH; k++) { \
                cutaway_doubles_##WIDTH number; \
                int place = k % (4 / WIDTH); \
                memcpy(&number, numbers + k * WIDTH, sizeof(number)); \
                lowest[place] = CUTAWAY_MIN_##WIDTH(number, lowest[place]); \
                highest[place] = CUTAWAY_MAX_##WIDTH(number, highest[place]); \
                sum[k] += number; \
            } \
        } \
        for (k = 0; k < 4; k++) { \
            double part = lowest[k / WIDTH][k % WIDTH]; \
            total += sum[k / WIDTH][k % WIDTH] + sum[k / WIDTH + 4 / WIDTH][k % WIDTH]; \
            low = part < low ? part : low; \
            part = highest[k / WIDTH][k % WIDTH]; \
            high = part > high ? part : high; \
        } \
        for (; i < count; i++) { \
            double number = (double)value[i]; \
            low = number < low ? number : low; \
            high = number > high ? number : high; \
            total += number; \
        } \
        most = high > -low ? high : -low; \
        least = low > 0 ? low : high < 0 ? -high : NAME##_least(value, count); \
        if (!(most * (double)count <= least * CUTAWAY_EXACT_RANGE) || !isfinite(total)) { \
            return 0; \
        } \
        found.lowest = low < found.lowest ? low : found.lowest; \
        found.highest = high > found.highest ? high : found.highest; \
        cutaway_add(&found, total * scale); \
        if (!isfinite(found.sum + found.correction)) { \
            return 0; \
        } \
        *sums = found; \
        return 1; \
    }

CUTAWAY_ADD_EXACTLY(cutaway_add_exactly, 2, )
#ifdef CUTAWAY_WIDE
CUTAWAY_ADD_EXACTLY(cutaway_add_exactly_wide, 4, CUTAWAY_WIDE)
#endif

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
static inline int cutaway_add_exactly(cutaway_sums *sums, const float *value, size_t count, double scale)
{
    (void)sums, (void)value, (void)count, (void)scale;
    return 0;
}

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
    return (count <= CUTAWAY_EXACT_COUNT && CUTAWAY_ADD_OF(exactly)(sums, value, count, scale))
        || CUTAWAY_ADD_OF(float)(sums, value, count, scale);
}

static inline int cutaway_add_doubles_to(cutaway_sums *sums, const double *value, size_t count, double scale)
{
    return CUTAWAY_ADD_OF(double)(sums, value, count, scale);
}

/* Summaries of blocks: a row of counts for finite values, NaN, +Inf and -Inf, and one each for means, lowest and highest. */
typedef struct {
    const uint16_t *counts;
    const double *statistics;
    size_t count;
} cutaway_blocks;

typedef struct {
    cutaway_sums sums;
    uint32_t finite;
    uint32_t nan;
    uint32_t pos_inf;
    uint32_t neg_inf;
} cutaway_bucket;

/* Take in the blocks of `width` values from `first` up to `stop`; the bucket is kept in registers meanwhile. */
static inline void cutaway_add_blocks(
    cutaway_bucket *target, const cutaway_blocks *blocks, size_t width, size_t first, size_t stop, double scale)
{
    const size_t row = blocks->count;
    cutaway_bucket bucket = *target;
    for (; first < stop; first++) {
        const uint16_t *counts = blocks->counts + first;
        const double *statistics = blocks->statistics + first;
        if (counts[0] != width) {
            bucket.nan += counts[row];
            bucket.pos_inf += counts[2 * row];
            bucket.neg_inf += counts[3 * row];
        }
        if (counts[0]) {
            bucket.finite += counts[0];
            bucket.sums.lowest = statistics[row] < bucket.sums.lowest ? statistics[row] : bucket.sums.lowest;
            bucket.sums.highest = statistics[2 * row] > bucket.sums.highest ? statistics[2 * row] : bucket.sums.highest;
            cutaway_add(&bucket.sums, statistics[0] * scale * counts[0]);
        }
    }
    *target = bucket;
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
