/* The loops of running means in which the time is spent. */

#ifndef CUTAWAY_SMOOTH_H
#define CUTAWAY_SMOOTH_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "vectors.h"

/* Four rows of numbers, each as long as the window, are added up side by side, so that no addition waits for the one
   before it. Wider ones would not stay in the nearest caches. */
#define CUTAWAY_WIDEST 1024
/* Windows that are counted at once, and finer where their counts change. */
#define CUTAWAY_PIECE 64
#define CUTAWAY_SMALL_PIECE 8
/* Sums that become means at once, while they are in the nearest cache. */
#define CUTAWAY_MEANS 1024

/* Doubles that the sums of windows need beside their results. */
static inline int64_t cutaway_memory_of_sums(int64_t width)
{
    return width <= CUTAWAY_WIDEST ? 9 * width : 3 * width;
}

#define CUTAWAY_IS_FINITE_float(NUMBER) (fabsf(NUMBER) <= FLT_MAX)
#define CUTAWAY_IS_FINITE_double(NUMBER) (fabs(NUMBER) <= DBL_MAX)

/* All loops for values of one type, as functions whose names end with NAME: for any processor, and wider ones. The results
   are the same. */
#define CUTAWAY_SMOOTH(TYPE, NAME, TARGET) \
    /* Sums become means, in place; where the value is not finite, the value stands. */ \
    TARGET static void cutaway_divide_##NAME( \
        const TYPE *value, int64_t count, const double *weights, double scale, double *sums) \
    { \
        int64_t i; \
        if (scale == 1) { \
            for (i = 0; i < count; i++) { \
                double mean = sums[i] / weights[i]; \
                sums[i] = CUTAWAY_IS_FINITE_##TYPE(value[i]) ? mean : (double)value[i]; \
            } \
            return; \
        } \
        for (i = 0; i < count; i++) { \
            double mean = sums[i] / weights[i] / scale; \
            sums[i] = CUTAWAY_IS_FINITE_##TYPE(value[i]) ? mean : (double)value[i]; \
        } \
    } \
\
    /* The same where every window has so many values, all of them finite. */ \
    TARGET static inline void cutaway_divide_whole_##NAME(int64_t count, double weight, double scale, double *sums) \
    { \
        int64_t i; \
        for (i = 0; i < count; i++) { \
            sums[i] = scale == 1 ? sums[i] / weight : sums[i] / weight / scale; \
        } \
    } \
\
    /* How many of the values up to `reach` places on each side are finite, for those from `start` up to `stop`; `here` is \
       how many there were at the place before. Whole numbers are exact, also as differences. */ \
    TARGET static int64_t cutaway_window_counts_##NAME( \
        const TYPE *value, int64_t count, int64_t reach, int64_t start, int64_t stop, int64_t here, double *counts) \
    { \
        int64_t i = start, k, piece = CUTAWAY_PIECE; \
        while (i < stop) { \
            int64_t end = stop - i < piece ? stop : i + piece; \
            int changes = i <= reach || end + reach > count; \
            if (!changes) { \
                const TYPE *come = value + i + reach, *gone = value + i - reach - 1; \
                for (k = 0; k < end - i; k++) { \
                    changes |= !CUTAWAY_IS_FINITE_##TYPE(come[k]) | !CUTAWAY_IS_FINITE_##TYPE(gone[k]); \
                } \
            } \
            if (changes && piece == CUTAWAY_PIECE) { \
                piece = CUTAWAY_SMALL_PIECE; \
                continue; \
            } \
            piece = (end - start) % CUTAWAY_PIECE ? piece : CUTAWAY_PIECE; \
            if (!changes) { \
                for (; i < end; i++) { \
                    counts[i - start] = (double)here; \
                } \
            } \
            for (; i < end; i++) { \
                here += i + reach < count && CUTAWAY_IS_FINITE_##TYPE(value[i + reach]); \
                here -= i > reach && CUTAWAY_IS_FINITE_##TYPE(value[i - reach - 1]); \
                counts[i - start] = (double)here; \
            } \
        } \
        return here; \
    } \
\
    TARGET static inline int64_t cutaway_finite_in_##NAME(const TYPE *value, int64_t count) \
    { \
        int64_t found = 0, i; \
        for (i = 0; i < count; i++) { \
            found += CUTAWAY_IS_FINITE_##TYPE(value[i]); \
        } \
        return found; \
    } \
\
    /* The sums from `start` up to `stop` become means of windows, which are `whole` where all of their values are there \
       and finite; `here` is as above. */ \
    TARGET static int64_t cutaway_make_means_##NAME( \
        const TYPE *value, int64_t count, int64_t reach, int64_t start, int64_t stop, int whole, int64_t here, \
        double scale, double *sums) \
    { \
        double weights[CUTAWAY_MEANS]; \
        if (whole) { \
            here = 2 * reach + 1; \
            cutaway_divide_whole_##NAME(stop - start, (double)here, scale, sums + start); \
            return here; \
        } \
        while (start < stop) { \
            int64_t end = stop - start < CUTAWAY_MEANS ? stop : start + CUTAWAY_MEANS; \
            here = cutaway_window_counts_##NAME(value, count, reach, start, end, here, weights); \
            cutaway_divide_##NAME(value + start, end - start, weights, scale, sums + start); \
            start = end; \
        } \
        return here; \
    } \
\
    /* `width` values from a place on that may be in front of the first; 0 for those that are not there or not finite. \
       Returns whether there are none of these. */ \
    TARGET static inline int cutaway_load_row_##NAME( \
        const TYPE *value, int64_t count, int64_t start, int64_t width, double scale, double *row) \
    { \
        int gaps = 0; \
        int64_t k, low = start < 0 ? -start : 0, high = count - start < width ? count - start : width; \
        low = low < width ? low : width; \
        high = high > low ? high : low; \
        for (k = 0; k < low; k++) { \
            row[k] = 0; \
        } \
        for (k = low; k < high; k++) { \
            TYPE number = value[start + k]; \
            gaps |= !CUTAWAY_IS_FINITE_##TYPE(number); \
            row[k] = (double)(CUTAWAY_IS_FINITE_##TYPE(number) ? number : 0) * scale; \
        } \
        for (k = high; k < width; k++) { \
            row[k] = 0; \
        } \
        return !gaps && high - low == width; \
    } \
\
    /* Sums of the finite values up to `reach` places on each side, or, if `makes_means`, their means. \
\
       Sums to the end and from the begin of rows as long as the window, put together (van Herk, 1992), are never \
       subtracted: a spike leaves nothing behind it, as it would in differences of one running sum. */ \
    TARGET static void cutaway_window_sums_##NAME( \
        const TYPE *value, int64_t count, int64_t reach, double scale, int makes_means, double *sums, double *memory) \
    { \
        const int64_t width = 2 * reach + 1; \
        int64_t start = 0, k, here = cutaway_finite_in_##NAME(value, reach < count ? reach : count); \
        double *to_end = memory, *next = memory + width, *next_to_end = memory + 2 * width; \
        double left = 0; \
        /* Whether rows have no gaps. The windows around as many values lie in two rows. */ \
        int whole[5]; \
        if (width <= CUTAWAY_WIDEST) { \
            double *row = memory, *ends = memory + 5 * width; \
            whole[0] = cutaway_load_row_##NAME(value, count, -reach, width, scale, row); \
            for (; start + 4 * width <= count; start += 4 * width) { \
                double a = 0, b = 0, c = 0, d = 0; \
                double *out = sums + start; \
                for (k = 1; k <= 4; k++) { \
                    whole[k] = cutaway_load_row_##NAME( \
                        value, count, start - reach + k * width, width, scale, row + k * width); \
                } \
                for (k = width - 1; k >= 0; k--) { \
                    ends[k] = a += row[k]; \
                    ends[width + k] = b += row[width + k]; \
                    ends[2 * width + k] = c += row[2 * width + k]; \
                    ends[3 * width + k] = d += row[3 * width + k]; \
                } \
                a = b = c = d = 0; \
                for (k = 0; k < width; k++) { \
                    out[k] = ends[k] + a; \
                    a += row[width + k]; \
                    out[width + k] = ends[width + k] + b; \
                    b += row[2 * width + k]; \
                    out[2 * width + k] = ends[2 * width + k] + c; \
                    c += row[3 * width + k]; \
                    out[3 * width + k] = ends[3 * width + k] + d; \
                    d += row[4 * width + k]; \
                } \
                memcpy(row, row + 4 * width, (size_t)width * sizeof(double)); \
                for (k = 0; makes_means && k < 4; k++) { \
                    here = cutaway_make_means_##NAME( \
                        value, count, reach, start + k * width, start + (k + 1) * width, whole[k] && whole[k + 1], here, \
                        scale, sums); \
                } \
                whole[0] = whole[4]; \
            } \
        } \
        /* What is left, or wider: one row after the other. */ \
        whole[0] = cutaway_load_row_##NAME(value, count, start - reach, width, scale, next); \
        for (k = width - 1; k >= 0; k--) { \
            to_end[k] = left += next[k]; \
        } \
        for (; start < count; start += width) { \
            const int64_t length = count - start < width ? count - start : width; \
            double right = 0, *other = to_end; \
            left = 0; \
            whole[1] = cutaway_load_row_##NAME(value, count, start - reach + width, width, scale, next); \
            for (k = 0; k < width; k++) { \
                next_to_end[width - 1 - k] = left += next[width - 1 - k]; \
                if (k < length) { \
                    sums[start + k] = to_end[k] + right; \
                    right += next[k]; \
                } \
            } \
            to_end = next_to_end, next_to_end = other; \
            if (makes_means) { \
                here = cutaway_make_means_##NAME( \
                    value, count, reach, start, start + length, whole[0] && whole[1], here, scale, sums); \
            } \
            whole[0] = whole[1]; \
        } \
    }

CUTAWAY_SMOOTH(float, float, )
CUTAWAY_SMOOTH(double, double, )
#ifdef CUTAWAY_WIDE
CUTAWAY_SMOOTH(float, float_wide, CUTAWAY_WIDE)
CUTAWAY_SMOOTH(double, double_wide, CUTAWAY_WIDE)
#define CUTAWAY_CALL(FUNCTION, TYPE) (CUTAWAY_HAS_WIDE() ? FUNCTION##_##TYPE##_wide : FUNCTION##_##TYPE)
#else
#define CUTAWAY_CALL(FUNCTION, TYPE) FUNCTION##_##TYPE
#endif

#define CUTAWAY_SMOOTH_CALLS(TYPE) \
    static inline void cutaway_sum_windows_##TYPE( \
        const TYPE *value, int64_t count, int64_t reach, double scale, int makes_means, double *sums, double *memory) \
    { \
        CUTAWAY_CALL(cutaway_window_sums, TYPE)(value, count, reach, scale, makes_means, sums, memory); \
    } \
\
    /* How many of the values up to `reach` places on each side are finite, of each. */ \
    static inline void cutaway_count_windows_##TYPE(const TYPE *value, int64_t count, int64_t reach, double *counts) \
    { \
        int64_t here = cutaway_finite_in_##TYPE(value, reach < count ? reach : count); \
        CUTAWAY_CALL(cutaway_window_counts, TYPE)(value, count, reach, 0, count, here, counts); \
    } \
\
    static inline void cutaway_divide_by_weights_##TYPE( \
        const TYPE *value, int64_t count, const double *weights, double scale, double *sums) \
    { \
        CUTAWAY_CALL(cutaway_divide, TYPE)(value, count, weights, scale, sums); \
    }

CUTAWAY_SMOOTH_CALLS(float)
CUTAWAY_SMOOTH_CALLS(double)

#endif
