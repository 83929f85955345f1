/* Columns in blocks of 64 numbers, each with as many bits as the widest of its block needs.
 *
 * A column of integers, or of float64 by their bits, has the first number of each block whole, its mark, and the up to 63
 * changes from each number to the next within the block: the lowest change in 8 bytes, then each one less that. A block
 * whose changes differ by 32 bits or more has them as they are. A column of float32 has its numbers by their bits, the sign
 * behind the rest: in each block the lowest in 4 bytes, the zeros that all others less that end with in 4 bytes, then these
 * without their zeros.
 *
 * Where a block begins, in units of 8 bytes, and its width in bits is in `places`, as place << 7 | width. Number i of a block
 * is in lane i % 4 at row i / 4. A lane is a row of bits, in which row r has the bits from r * width on; the four lanes
 * lie side by side, a word of 32 bits of each in turn. So four numbers are unpacked at once, with no look at a bit.
 */

#ifndef CUTAWAY_PACKED_H
#define CUTAWAY_PACKED_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CUTAWAY_BLOCK 64
/* The width of a block whose changes are kept as they are, in 64 bits each. */
#define CUTAWAY_WHOLE 64

/* Bytes of a block without what is in front of its numbers. */
static inline size_t cutaway_block_bytes(size_t count, unsigned width)
{
    return width == CUTAWAY_WHOLE ? count * 8 : ((count + 3) / 4 * width + 31) / 32 * 16;
}

/* The bits of a number, as an even count: then no block ends with half a word. */
static inline unsigned cutaway_width(uint32_t largest)
{
    unsigned width = 0;
    while (width < 32 && largest >> width) {
        width += 2;
    }
    return width;
}

/* `numbers` has room for 64; those from `count` up to a multiple of four become 0. */
static inline void cutaway_pack_block(uint32_t *numbers, size_t count, unsigned width, char *target)
{
    uint32_t words[CUTAWAY_BLOCK];
    size_t row, bit = 0, rows = width ? (count + 3) / 4 : 0, bytes = cutaway_block_bytes(count, width);
    int k;
    memset(words, 0, bytes);
    while (count % 4) {
        numbers[count++] = 0;
    }
    for (row = 0; row < rows; row++, bit += width) {
        uint32_t *word = words + bit / 32 * 4;
        unsigned shift = bit % 32;
        for (k = 0; k < 4; k++) {
            word[k] |= numbers[row * 4 + k] << shift;
        }
        if (shift + width > 32) {
            for (k = 0; k < 4; k++) {
                word[k + 4] |= numbers[row * 4 + k] >> (32 - shift);
            }
        }
    }
    memcpy(target, words, bytes);
}

#if defined(__GNUC__)
#define CUTAWAY_INLINE static inline __attribute__((always_inline))
#else
#define CUTAWAY_INLINE static inline
#endif

/* Four numbers of a row, of a width that the compiler knows. */
CUTAWAY_INLINE void cutaway_unpack_row(const char *source, size_t row, unsigned width, uint32_t *numbers)
{
    size_t bit = row * width;
    unsigned shift = bit % 32;
    uint32_t low[4], high[4];
    int k;
    memcpy(low, source + bit / 32 * 16, 16);
    if (shift + width > 32) {
        memcpy(high, source + (bit / 32 + 1) * 16, 16);
        for (k = 0; k < 4; k++) {
            low[k] = low[k] >> shift | high[k] << 1 << (31 - shift);
        }
    } else {
        for (k = 0; k < 4; k++) {
            low[k] >>= shift;
        }
    }
    for (k = 0; k < 4; k++) {
        numbers[k] = width == 32 ? low[k] : low[k] & ((1u << width) - 1);
    }
}

CUTAWAY_INLINE void cutaway_unpack_width(const char *source, size_t rows, unsigned width, uint32_t *numbers)
{
    size_t row;
#define CUTAWAY_ROW(ROW) cutaway_unpack_row(source, ROW, width, numbers + (ROW) * 4);
#define CUTAWAY_ROWS(ROW) CUTAWAY_ROW(ROW) CUTAWAY_ROW(ROW + 1) CUTAWAY_ROW(ROW + 2) CUTAWAY_ROW(ROW + 3)
    if (rows == 16) {
        CUTAWAY_ROWS(0) CUTAWAY_ROWS(4) CUTAWAY_ROWS(8) CUTAWAY_ROWS(12)
        return;
    }
    for (row = 0; row < rows; row++) {
        CUTAWAY_ROW(row)
    }
#undef CUTAWAY_ROWS
#undef CUTAWAY_ROW
}

/* Fills `numbers`, which has room for 64, to a multiple of four. */
static inline void cutaway_unpack_block(const char *source, size_t count, unsigned width, uint32_t *numbers)
{
    size_t rows = (count + 3) / 4;
#define CUTAWAY_CASE(WIDTH) \
    case WIDTH: \
        cutaway_unpack_width(source, rows, WIDTH, numbers); \
        break;
    switch (width) {
        CUTAWAY_CASE(2)
        CUTAWAY_CASE(4)
        CUTAWAY_CASE(6)
        CUTAWAY_CASE(8)
        CUTAWAY_CASE(10)
        CUTAWAY_CASE(12)
        CUTAWAY_CASE(14)
        CUTAWAY_CASE(16)
        CUTAWAY_CASE(18)
        CUTAWAY_CASE(20)
        CUTAWAY_CASE(22)
        CUTAWAY_CASE(24)
        CUTAWAY_CASE(26)
        CUTAWAY_CASE(28)
        CUTAWAY_CASE(30)
        CUTAWAY_CASE(32)
    default:
        memset(numbers, 0, CUTAWAY_BLOCK * sizeof(uint32_t));
    }
#undef CUTAWAY_CASE
}

/* One of the numbers. */
static inline uint32_t cutaway_number_at(const char *source, size_t i, unsigned width)
{
    size_t bit = i / 4 * width;
    unsigned shift = bit % 32;
    uint32_t low, high;
    if (!width) {
        return 0;
    }
    memcpy(&low, source + bit / 32 * 16 + i % 4 * 4, 4);
    memcpy(&high, source + (bit / 32 + (shift + width > 32)) * 16 + i % 4 * 4, 4);
    return (low >> shift | high << 1 << (31 - shift)) & (width == 32 ? 0xFFFFFFFFu : (1u << width) - 1);
}

/* A column of `length` numbers. Without marks each change is `step`. */
typedef struct {
    int64_t first;
    int64_t step;
    const int64_t *marks;
    const uint32_t *places;
    const char *data;
    size_t size;
    size_t length;
    int is_float;
} cutaway_column;

/* `length` values: float32 in blocks, of which `places` is NULL where they are not packed. */
typedef struct {
    const uint32_t *places;
    const char *data;
    size_t size;
    size_t length;
} cutaway_floats;

static inline size_t cutaway_count_in(size_t length, size_t block)
{
    size_t left = length - block * CUTAWAY_BLOCK;
    return left < CUTAWAY_BLOCK ? left : CUTAWAY_BLOCK;
}

/* Where a block of so many numbers is; NULL where it is not within the data. */
static inline const char *cutaway_block_at(const char *data, size_t size, uint32_t place, size_t count)
{
    size_t start = (size_t)(place >> 7) * 8;
    unsigned width = place & 127;
    if (width > 32 && width != CUTAWAY_WHOLE) {
        return NULL;
    }
    return start + 8 + cutaway_block_bytes(count, width) <= size ? data + start : NULL;
}

/* The changes within a block: each is `base` and one of `above`, or one of `wholes`, or `base` where there are neither. */
typedef struct {
    uint64_t base;
    const uint32_t *above;
    const char *wholes;
    uint32_t unpacked[CUTAWAY_BLOCK];
} cutaway_changes;

/* The number at which a block starts. */
static inline uint64_t cutaway_mark(const cutaway_column *column, size_t block)
{
    if (column->marks) {
        return (uint64_t)column->marks[block];
    }
    return (uint64_t)column->first + (uint64_t)column->step * (block * CUTAWAY_BLOCK);
}

static inline void cutaway_open_block(const cutaway_column *column, size_t block, cutaway_changes *changes)
{
    size_t count;
    const char *source;
    unsigned width;
    changes->above = NULL;
    changes->wholes = NULL;
    changes->base = (uint64_t)column->step;
    if (!column->marks) {
        return;
    }
    changes->base = 0;
    count = cutaway_count_in(column->length, block) - 1;
    width = column->places[block] & 127;
    source = cutaway_block_at(column->data, column->size, column->places[block], count);
    if (!source) {
        return;
    }
    if (width == CUTAWAY_WHOLE) {
        changes->wholes = source + 8;
        return;
    }
    memcpy(&changes->base, source, 8);
    if (width) {
        changes->above = changes->unpacked;
        cutaway_unpack_block(source + 8, count, width, changes->unpacked);
    }
}

static inline double cutaway_as_double(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, 8);
    return number;
}

/* Integers nearer to zero are exact as float64, and all others are as far from it. */
#define CUTAWAY_MOST_EXACT 9007199254740992.0

/* From number `i` of a block, which is `*bits`, to the first one at or beyond `edge`, or to `end`, which is within the
   block. The loops differ in nothing but how a change is kept and what the bits mean. */
#define CUTAWAY_WALK(CHANGE) \
    if (is_float) { \
        for (; i < end && cutaway_as_double(number) < edge; i++) { \
            CHANGE \
            number += change; \
        } \
    } else if (fabs(edge) < CUTAWAY_MOST_EXACT) { \
        const int64_t bound = (int64_t)ceil(edge); \
        for (; i < end && (int64_t)number < bound; i++) { \
            CHANGE \
            number += change; \
        } \
    } else { \
        for (; i < end && (double)(int64_t)number < edge; i++) { \
            CHANGE \
            number += change; \
        } \
    }

static inline size_t cutaway_walk(
    const cutaway_changes *changes, int is_float, uint64_t *bits, size_t i, size_t end, double edge)
{
    uint64_t number = *bits, change = changes->base, base = change;
    if (changes->above) {
        const uint32_t *above = changes->above;
        CUTAWAY_WALK(change = base + above[i];)
    } else if (changes->wholes) {
        const char *wholes = changes->wholes;
        CUTAWAY_WALK(memcpy(&change, wholes + i * 8, 8);)
    } else {
        CUTAWAY_WALK()
    }
    *bits = number;
    return i;
}

/* The numbers of a block, up to 64. */
static inline void cutaway_numbers(const cutaway_column *column, size_t block, uint64_t *numbers)
{
    size_t i, count = cutaway_count_in(column->length, block);
    uint64_t number = cutaway_mark(column, block), change;
    cutaway_changes changes;
    cutaway_open_block(column, block, &changes);
    numbers[0] = number;
    if (changes.above) {
        for (i = 1; i < count; i++) {
            number += changes.base + changes.unpacked[i - 1];
            numbers[i] = number;
        }
    } else if (changes.wholes) {
        for (i = 1; i < count; i++) {
            memcpy(&change, changes.wholes + (i - 1) * 8, 8);
            number += change;
            numbers[i] = number;
        }
    } else {
        for (i = 1; i < count; i++) {
            numbers[i] = number + changes.base * i;
        }
    }
}

static inline float cutaway_float_of(uint32_t bits)
{
    float value;
    bits = bits >> 1 | bits << 31;
    memcpy(&value, &bits, 4);
    return value;
}

/* The values of a block, up to 64; 0 for those that are not within the data. */
static inline void cutaway_values(const cutaway_floats *column, size_t block, float *values)
{
    size_t i, count = cutaway_count_in(column->length, block);
    const char *source = cutaway_block_at(column->data, column->size, column->places[block], count);
    uint32_t bits[CUTAWAY_BLOCK], base, zeros;
    if (!source) {
        memset(values, 0, count * sizeof(float));
        return;
    }
    memcpy(&base, source, 4);
    memcpy(&zeros, source + 4, 4);
    cutaway_unpack_block(source + 8, count, column->places[block] & 63, bits);
    zeros &= 31;
    for (i = 0; i < count; i++) {
        values[i] = cutaway_float_of((bits[i] << zeros) + base);
    }
}

static inline float cutaway_value_at(const cutaway_floats *column, size_t i)
{
    size_t block = i / CUTAWAY_BLOCK;
    uint32_t place = column->places[block], base, zeros;
    const char *source = cutaway_block_at(column->data, column->size, place, cutaway_count_in(column->length, block));
    if (!source) {
        return 0;
    }
    memcpy(&base, source, 4);
    memcpy(&zeros, source + 4, 4);
    return cutaway_float_of((cutaway_number_at(source + 8, i % CUTAWAY_BLOCK, place & 63) << (zeros & 31)) + base);
}

/* Whether each change is the same, to `change`: 0 for a single number. */
static inline int cutaway_is_even(const int64_t *numbers, size_t length, int64_t *change)
{
    uint64_t each = length > 1 ? (uint64_t)numbers[1] - (uint64_t)numbers[0] : 0;
    size_t i;
    *change = (int64_t)each;
    for (i = 2; i < length; i++) {
        if ((uint64_t)numbers[i] - (uint64_t)numbers[i - 1] != each) {
            return 0;
        }
    }
    return 1;
}

/* Bytes that the data of a column has at most. */
static inline size_t cutaway_most_bytes(size_t length)
{
    return length * 8 + (length / CUTAWAY_BLOCK + 1) * 24;
}

/* Fills a place for each block, and the data; bytes of the data. */
static inline size_t cutaway_pack_numbers(const int64_t *numbers, size_t length, uint32_t *places, char *data)
{
    size_t start, size = 0;
    for (start = 0; start < length; start += CUTAWAY_BLOCK) {
        size_t i, count = cutaway_count_in(length, start / CUTAWAY_BLOCK) - 1;
        uint32_t differences[CUTAWAY_BLOCK];
        int64_t changes[CUTAWAY_BLOCK], lowest, highest;
        uint64_t range;
        unsigned width = CUTAWAY_WHOLE;
        for (i = 0; i < count; i++) {
            changes[i] = (int64_t)((uint64_t)numbers[start + i + 1] - (uint64_t)numbers[start + i]);
        }
        lowest = highest = count ? changes[0] : 0;
        for (i = 1; i < count; i++) {
            lowest = changes[i] < lowest ? changes[i] : lowest;
            highest = changes[i] > highest ? changes[i] : highest;
        }
        range = (uint64_t)highest - (uint64_t)lowest;
        memcpy(data + size, &lowest, 8);
        if (range >> 32) {
            memcpy(data + size + 8, changes, count * 8);
        } else {
            width = cutaway_width((uint32_t)range);
            for (i = 0; i < count; i++) {
                differences[i] = (uint32_t)((uint64_t)changes[i] - (uint64_t)lowest);
            }
            cutaway_pack_block(differences, count, width, data + size + 8);
        }
        places[start / CUTAWAY_BLOCK] = (uint32_t)(size / 8 << 7 | width);
        size += 8 + cutaway_block_bytes(count, width);
    }
    return size;
}

/* Puts one block of up to 64 values where the data, of so many bytes, ends, and says its place; bytes of the data then. */
static inline size_t cutaway_pack_values(const float *values, size_t count, uint32_t *place, char *data, size_t size)
{
    uint32_t bits[CUTAWAY_BLOCK], lowest = UINT32_MAX, highest = 0, any = 0, zeros = 0;
    unsigned width;
    size_t i;
    memcpy(bits, values, count * sizeof(float));
    for (i = 0; i < count; i++) {
        bits[i] = bits[i] << 1 | bits[i] >> 31;
        lowest = bits[i] < lowest ? bits[i] : lowest;
        highest = bits[i] > highest ? bits[i] : highest;
    }
    for (i = 0; i < count; i++) {
        bits[i] -= lowest;
        any |= bits[i];
    }
    while (any && !(any >> zeros & 1)) {
        zeros++;
    }
    for (i = 0; i < count; i++) {
        bits[i] >>= zeros;
    }
    width = cutaway_width((highest - lowest) >> zeros);
    memcpy(data + size, &lowest, 4);
    memcpy(data + size + 4, &zeros, 4);
    cutaway_pack_block(bits, count, width, data + size + 8);
    *place = (uint32_t)(size / 8 << 7 | width);
    return size + 8 + cutaway_block_bytes(count, width);
}

#endif
