/* The statistics of a tensor's elements in one pass, and their magnitudes: elements of eight types, in blocks. */

#ifndef CUTAWAY_WATCH_H
#define CUTAWAY_WATCH_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Elements that are looked at together: so many of float32 are in the nearest cache. */
#define WATCH_BLOCK 1024
/* Sums side by side, so that none waits for the addition before it. */
#define WATCH_LANES 16
/* Neighbours that are taken together where a tensor is sampled. */
#define WATCH_RUN 64
#define WATCH_BINS 64
#define WATCH_LOWEST (-40)

/* Types of elements, as kernel_types.ELEMENT_TYPES numbers them. */
enum { WATCH_FLOAT32, WATCH_FLOAT64, WATCH_FLOAT16, WATCH_BFLOAT16, WATCH_FLOAT8 };

/* In the order of the columns of a watch. The first four are of finite elements. */
typedef struct {
    double sum, sum_sq, min, max, zeros, nan, pos_inf, neg_inf;
} watch_statistics;

/* The first four columns of a block, and its zeros. */
typedef struct {
    double sum, sum_sq, min, max;
    int64_t zeros;
} watch_block;

/* The values of the bytes of the types of one byte each. */
static float watch_float8[4][256];

static inline size_t watch_item_size(int type) {
    return type == WATCH_FLOAT64 ? 8 : type == WATCH_FLOAT32 ? 4 : type < WATCH_FLOAT8 ? 2 : 1;
}

static inline void watch_begin(watch_statistics *found) {
    memset(found, 0, sizeof *found);
    found->min = INFINITY;
    found->max = -INFINITY;
}

/* Without a finite element there is no least and no greatest one. */
static inline void watch_end(watch_statistics *found) {
    if (found->min > found->max)
        found->min = found->max = NAN;
}

static inline void watch_element(double value, watch_statistics *found) {
    if (isfinite(value)) {
        found->sum += value;
        found->sum_sq += value * value;
        found->min = value < found->min ? value : found->min;
        found->max = value > found->max ? value : found->max;
        found->zeros += value == 0;
    } else if (isnan(value))
        found->nan++;
    else if (value > 0)
        found->pos_inf++;
    else
        found->neg_inf++;
}

/* float16 to float32, without an operation on numbers that a processor told to flush them would take for zero. */
static inline float watch_from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half & 0x7C00, bits;
    float tiny = (float)(half & 0x3FF) * 0x1p-24f, value;
    memcpy(&bits, &tiny, 4);
    bits = exponent ? ((uint32_t)(half & 0x7FFF) << 13) + (112u << 23) + (exponent == 0x7C00 ? 112u << 23 : 0) : bits;
    bits |= sign;
    memcpy(&value, &bits, 4);
    return value;
}

#define WATCH_INLINE static inline __attribute__((always_inline))
#if !defined(__GNUC__)
#undef WATCH_INLINE
#define WATCH_INLINE static inline
#endif

WATCH_INLINE void watch_widen_body(const uint8_t *data, size_t count, int type, float *room) {
    size_t i;
    if (type == WATCH_FLOAT16) {
        const uint16_t *half = (const uint16_t *)data;
        for (i = 0; i < count; i++)
            room[i] = watch_from_half(half[i]);
    } else if (type == WATCH_BFLOAT16) {
        const uint16_t *half = (const uint16_t *)data;
        uint32_t bits;
        for (i = 0; i < count; i++) {
            bits = (uint32_t)half[i] << 16;
            memcpy(room + i, &bits, 4);
        }
    } else {
        const float *values = watch_float8[type - WATCH_FLOAT8];
        for (i = 0; i < count; i++)
            room[i] = values[data[i]];
    }
}

/* Sums that end in NaN or an infinity tell of an element that is not finite, or of a square that is too large. */
#define WATCH_BLOCK_BODY(NAME, TYPE, COUNTER, LANES) \
    WATCH_INLINE void NAME(const TYPE *value, size_t count, watch_block *found) { \
        TYPE sum[LANES] = {0}, sum_sq[LANES] = {0}, least[LANES], most[LANES]; \
        COUNTER zeros[LANES] = {0}; \
        size_t i; \
        int lane; \
        for (lane = 0; lane < LANES; lane++) { \
            least[lane] = INFINITY; \
            most[lane] = -INFINITY; \
        } \
        for (i = 0; i + LANES <= count; i += LANES) \
            for (lane = 0; lane < LANES; lane++) { \
                TYPE number = value[i + lane]; \
                sum[lane] += number; \
                sum_sq[lane] += number * number; \
                least[lane] = number < least[lane] ? number : least[lane]; \
                most[lane] = number > most[lane] ? number : most[lane]; \
                zeros[lane] += number == 0; \
            } \
        for (; i < count; i++) { \
            TYPE number = value[i]; \
            sum[0] += number; \
            sum_sq[0] += number * number; \
            least[0] = number < least[0] ? number : least[0]; \
            most[0] = number > most[0] ? number : most[0]; \
            zeros[0] += number == 0; \
        } \
        for (lane = 1; lane < LANES; lane++) { \
            sum[0] += sum[lane]; \
            sum_sq[0] += sum_sq[lane]; \
            least[0] = least[lane] < least[0] ? least[lane] : least[0]; \
            most[0] = most[lane] > most[0] ? most[lane] : most[0]; \
            zeros[0] += zeros[lane]; \
        } \
        found->sum = sum[0]; \
        found->sum_sq = sum_sq[0]; \
        found->min = least[0]; \
        found->max = most[0]; \
        found->zeros = zeros[0]; \
    }

WATCH_BLOCK_BODY(watch_block_body, float, int32_t, WATCH_LANES)
WATCH_BLOCK_BODY(watch_wide_body, double, int64_t, 8)

static void watch_wide_portable(const double *value, size_t count, watch_block *found) {
    watch_wide_body(value, count, found);
}

static void watch_block_portable(const float *value, size_t count, watch_block *found) {
    watch_block_body(value, count, found);
}

static void watch_widen_portable(const uint8_t *data, size_t count, int type, float *room) {
    watch_widen_body(data, count, type, room);
}

static void (*watch_block_of)(const float *, size_t, watch_block *) = watch_block_portable;
static void (*watch_wide_of)(const double *, size_t, watch_block *) = watch_wide_portable;
static void (*watch_widen)(const uint8_t *, size_t, int, float *) = watch_widen_portable;

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) static void watch_block_avx2(const float *value, size_t count, watch_block *found) {
    watch_block_body(value, count, found);
}

__attribute__((target("avx2"))) static void watch_wide_avx2(const double *value, size_t count, watch_block *found) {
    watch_wide_body(value, count, found);
}

__attribute__((target("avx2"))) static void watch_widen_avx2(
    const uint8_t *data, size_t count, int type, float *room) {
    watch_widen_body(data, count, type, room);
}

static void watch_initialize(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) {
        watch_block_of = watch_block_avx2;
        watch_wide_of = watch_wide_avx2;
        watch_widen = watch_widen_avx2;
    }
}
#else
static void watch_initialize(void) {}
#endif

static inline void watch_add_block(const watch_block *block, watch_statistics *found) {
    found->sum += block->sum;
    found->sum_sq += block->sum_sq;
    found->min = block->min < found->min ? block->min : found->min;
    found->max = block->max > found->max ? block->max : found->max;
    found->zeros += (double)block->zeros;
}

static void watch_doubles(const double *value, size_t count, watch_statistics *found) {
    size_t start, i, size;
    watch_block block;
    for (start = 0; start < count; start += WATCH_BLOCK) {
        size = count - start < WATCH_BLOCK ? count - start : WATCH_BLOCK;
        watch_wide_of(value + start, size, &block);
        if (isfinite(block.sum_sq))
            watch_add_block(&block, found);
        else
            for (i = start; i < start + size; i++)
                watch_element(value[i], found);
    }
}

static void watch_floats(const float *value, size_t count, watch_statistics *found) {
    size_t start, i, size;
    watch_block block;
    double extent, wide[WATCH_BLOCK];
    for (start = 0; start < count; start += WATCH_BLOCK) {
        size = count - start < WATCH_BLOCK ? count - start : WATCH_BLOCK;
        watch_block_of(value + start, size, &block);
        extent = block.max > -block.min ? block.max : -block.min;
        /* The squares of tiny numbers are lost in float, as those of large ones are. */
        if (isfinite(block.sum_sq) && (extent > 0x1p-50 || extent == 0)) {
            watch_add_block(&block, found);
            continue;
        }
        for (i = 0; i < size; i++)
            wide[i] = value[start + i];
        watch_doubles(wide, size, found);
    }
}

/* Add the statistics of neighbours in memory. */
static void watch_add(const uint8_t *data, size_t count, int type, watch_statistics *found) {
    float room[WATCH_BLOCK];
    size_t start, size;
    if (type == WATCH_FLOAT32)
        watch_floats((const float *)data, count, found);
    else if (type == WATCH_FLOAT64)
        watch_doubles((const double *)data, count, found);
    else
        for (start = 0; start < count; start += WATCH_BLOCK) {
            size = count - start < WATCH_BLOCK ? count - start : WATCH_BLOCK;
            watch_widen(data + start * watch_item_size(type), size, type, room);
            watch_floats(room, size, found);
        }
}

/* How many elements of a sample there are, and where its runs begin: the first at the start, the last at the end. */
static inline size_t watch_sampled(size_t count, size_t sample) {
    return sample && sample < count ? sample : count;
}

static inline size_t watch_run_start(size_t run, size_t count, size_t sample) {
    size_t runs = sample / WATCH_RUN;
    return runs > 1 ? run * (count - WATCH_RUN) / (runs - 1) : 0;
}

/* Copy the elements of a sample, of WATCH_RUN at least where the tensor has more, behind each other. */
static void watch_gather(const uint8_t *data, size_t count, int type, size_t sample, uint8_t *kept) {
    size_t size = watch_item_size(type), run;
    if (watch_sampled(count, sample) == count) {
        memcpy(kept, data, count * size);
        return;
    }
    for (run = 0; run < sample / WATCH_RUN; run++)
        memcpy(kept + run * WATCH_RUN * size, data + watch_run_start(run, count, sample) * size, WATCH_RUN * size);
}

/* The next elements of a sample, at most WATCH_BLOCK of them, as floats; `done` were taken before. Returns how many. */
static size_t watch_next(const uint8_t *data, size_t count, int type, size_t sample, size_t done, float *room) {
    size_t taken = watch_sampled(count, sample), item = watch_item_size(type), size, place, length;
    size = taken - done < WATCH_BLOCK ? taken - done : WATCH_BLOCK;
    length = taken == count ? size : WATCH_RUN;
    for (place = 0; place < size; place += length) {
        size_t start = taken == count ? done : watch_run_start((done + place) / WATCH_RUN, count, sample);
        if (type == WATCH_FLOAT32)
            memcpy(room + place, data + start * item, length * item);
        else
            watch_widen(data + start * item, length, type, room + place);
    }
    return size;
}

/* The element of a sample of float64. */
static inline double watch_double(const uint8_t *data, size_t count, size_t sample, size_t place) {
    size_t start = place;
    double value;
    if (watch_sampled(count, sample) != count)
        start = watch_run_start(place / WATCH_RUN, count, sample) + place % WATCH_RUN;
    memcpy(&value, data + start * 8, 8);
    return value;
}

/* The statistics of a tensor, or of a sample of it. */
static void watch_measure(const uint8_t *data, size_t count, int type, size_t sample, watch_statistics *found) {
    size_t taken = watch_sampled(count, sample), done, size;
    float room[WATCH_BLOCK];
    watch_begin(found);
    if (taken == count)
        watch_add(data, count, type, found);
    else if (type == WATCH_FLOAT64)
        for (done = 0; done < taken; done++)
            watch_element(watch_double(data, count, sample, done), found);
    else
        for (done = 0; done < taken; done += size) {
            size = watch_next(data, count, type, sample, done, room);
            watch_floats(room, size, found);
        }
    watch_end(found);
}

/* How many elements of a sample have each magnitude, the largest count of a bin being 65,535. */
static void watch_magnitudes(const uint8_t *data, size_t count, int type, size_t sample, uint16_t *bins) {
    /* Neighbours are counted apart, since they often have the same magnitude and would wait for each other. */
    uint32_t counts[2048] = {0}, others[256] = {0}, bits, zeros = 0, sum;
    uint64_t wide;
    double value;
    float room[WATCH_BLOCK];
    size_t taken = watch_sampled(count, sample), done, size, i;
    int exponent, bias = type == WATCH_FLOAT64 ? 1023 : 127, bin;
    if (type == WATCH_FLOAT64)
        for (done = 0; done < taken; done++) {
            value = watch_double(data, count, sample, done);
            memcpy(&wide, &value, 8);
            counts[wide >> 52 & 2047]++;
            zeros += !(wide << 1);
        }
    else
        for (done = 0; done < taken; done += size) {
            size = watch_next(data, count, type, sample, done, room);
            for (i = 0; i < size; i++) {
                memcpy(&bits, room + i, 4);
                (i & 1 ? others : counts)[bits >> 23 & 255]++;
                zeros += !(bits << 1);
            }
        }
    for (exponent = 0; exponent < 256; exponent++)
        counts[exponent] += others[exponent];
    counts[0] -= zeros;
    memset(bins, 0, WATCH_BINS * sizeof *bins);
    for (exponent = 0; exponent <= 2 * bias; exponent++)
        if (counts[exponent]) {
            bin = exponent - bias - WATCH_LOWEST;
            bin = bin < 0 ? 0 : bin >= WATCH_BINS ? WATCH_BINS - 1 : bin;
            sum = bins[bin] + counts[exponent];
            bins[bin] = (uint16_t)(sum > 65535 ? 65535 : sum);
        }
}

/* The statistics of what a sample has changed by since it was kept. */
static void watch_changes(
    const uint8_t *data, size_t count, int type, size_t sample, const uint8_t *kept, watch_statistics *found) {
    size_t taken = watch_sampled(count, sample), done, size, i;
    float now[WATCH_BLOCK], before[WATCH_BLOCK];
    watch_begin(found);
    if (type == WATCH_FLOAT64)
        for (done = 0; done < taken; done++)
            watch_element(watch_double(data, count, sample, done) - watch_double(kept, taken, 0, done), found);
    else
        for (done = 0; done < taken; done += size) {
            size = watch_next(data, count, type, sample, done, now);
            watch_next(kept, taken, type, 0, done, before);
            for (i = 0; i < size; i++)
                now[i] -= before[i];
            watch_floats(now, size, found);
        }
    watch_end(found);
}

/* Whether a sample has an element that is not finite: zero times such an element is NaN. */
static int watch_is_bad(const uint8_t *data, size_t count, int type, size_t sample) {
    size_t taken = watch_sampled(count, sample), done, size, i;
    float room[WATCH_BLOCK], sum;
    double total = 0;
    if (type == WATCH_FLOAT64) {
        for (done = 0; done < taken; done++)
            total += watch_double(data, count, sample, done) * 0;
        return total != 0;
    }
    for (done = 0; done < taken; done += size) {
        size = watch_next(data, count, type, sample, done, room);
        for (sum = 0, i = 0; i < size; i++)
            sum += room[i] * 0;
        if (sum != 0)
            return 1;
    }
    return 0;
}

#endif
