/* The loops of reduction in which the time is spent: sums of values, and steps along a packed column. */

#ifndef CUTAWAY_REDUCE_H
#define CUTAWAY_REDUCE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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

#if defined(__GNUC__)
typedef double cutaway_pair __attribute__((vector_size(16)));
typedef int64_t cutaway_mask __attribute__((vector_size(16)));

static inline cutaway_pair cutaway_pick(cutaway_mask mask, cutaway_pair yes, cutaway_pair no)
{
    return (cutaway_pair)((mask & (cutaway_mask)yes) | (~mask & (cutaway_mask)no));
}

/* Four sums side by side, so that none waits for the addition before it. Returns 0, and has added nothing, where a
   value or a sum is not finite. */
#define CUTAWAY_ADD_FINITE(NAME, TYPE) \
    static int NAME(cutaway_sums *sums, const TYPE *value, size_t count, double scale) \
    { \
        cutaway_pair sum[2] = {{0}}, correction[2] = {{0}}; \
        cutaway_pair lowest[2] = {{INFINITY, INFINITY}, {INFINITY, INFINITY}}; \
        cutaway_pair highest[2] = {-lowest[0], -lowest[1]}; \
        cutaway_sums found = *sums; \
        size_t i; \
        int k; \
        for (i = 0; i + 4 <= count; i += 4) { \
            for (k = 0; k < 2; k++) { \
                cutaway_pair number = {(double)value[i + 2 * k], (double)value[i + 2 * k + 1]}; \
                cutaway_pair total, part; \
                lowest[k] = cutaway_pick(number < lowest[k], number, lowest[k]); \
                highest[k] = cutaway_pick(number > highest[k], number, highest[k]); \
                number *= scale; \
                total = sum[k] + number; \
                part = total - sum[k]; \
                correction[k] += (sum[k] - (total - part)) + (number - part); \
                sum[k] = total; \
            } \
        } \
        for (k = 0; k < 4; k++) { \
            cutaway_add(&found, sum[k / 2][k % 2]); \
            found.correction += correction[k / 2][k % 2]; \
            found.lowest = lowest[k / 2][k % 2] < found.lowest ? lowest[k / 2][k % 2] : found.lowest; \
            found.highest = highest[k / 2][k % 2] > found.highest ? highest[k / 2][k % 2] : found.highest; \
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
#define CUTAWAY_ADD_FINITE(NAME, TYPE) \
    static int NAME(cutaway_sums *sums, const TYPE *value, size_t count, double scale) \
    { \
        (void)sums, (void)value, (void)count, (void)scale; \
        return 0; \
    }
#endif

CUTAWAY_ADD_FINITE(cutaway_add_float, float)
CUTAWAY_ADD_FINITE(cutaway_add_double, double)
CUTAWAY_ADD_FINITE(cutaway_add_int64, int64_t)

static inline double cutaway_as_double(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, 8);
    return number;
}

/* From number `i` of a packed column, which is `*bits`, to the first one at or beyond `edge`, or to `end`. The loops
   differ in nothing but how wide a change is and what the bits mean. */
#define CUTAWAY_WALK(CHANGE) \
    if (is_float) { \
        for (; i < end && cutaway_as_double(number) < edge; i++) { \
            number += (uint64_t)(int64_t)(CHANGE); \
        } \
    } else { \
        for (; i < end && (double)(int64_t)number < edge; i++) { \
            number += (uint64_t)(int64_t)(CHANGE); \
        } \
    }

static inline size_t cutaway_walk(
    const char *changes, int width, int64_t step, int is_float, uint64_t *bits, size_t i, size_t end, double edge)
{
    uint64_t number = *bits;
    if (width == 2) {
        const int16_t *narrow = (const int16_t *)changes;
        CUTAWAY_WALK(narrow[i])
    } else if (width == 4) {
        const int32_t *usual = (const int32_t *)changes;
        CUTAWAY_WALK(usual[i])
    } else if (width == 8) {
        const int64_t *wide = (const int64_t *)changes;
        CUTAWAY_WALK(wide[i])
    } else {
        CUTAWAY_WALK(step)
    }
    *bits = number;
    return i;
}

#endif
