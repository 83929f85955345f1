/* CRC32C (Castagnoli, reflected polynomial 0x82F63B78) with the processor's instruction where it has one.
 *
 * crc32c_initialize() fills the tables and looks at the processor once; call it before anything else.
 * crc32c_continued(0, data, size) is the plain checksum, crc32c_masked(data, size) the rotated form of event files, and
 * crc32c_record(data, size, &length) looks at a whole record of one.
 */
#ifndef CUTAWAY_CRC32C_H
#define CUTAWAY_CRC32C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) || defined(_M_X64)
#define CRC32C_X86 1
#include <nmmintrin.h>
#if defined(_MSC_VER)
#include <intrin.h>
#define CRC32C_TARGET
#else
#define CRC32C_TARGET __attribute__((target("sse4.2")))
#endif
#define CRC32C_STEP_8(state, word) ((uint32_t)_mm_crc32_u64(state, word))
#define CRC32C_STEP_4(state, word) _mm_crc32_u32(state, word)
#define CRC32C_STEP_1(state, byte) _mm_crc32_u8(state, byte)
#elif defined(__aarch64__) && !defined(__ARM_BIG_ENDIAN) && (defined(__linux__) || defined(__APPLE__))
#define CRC32C_ARM 1
/* The compiler's own builtins: <arm_acle.h> hides its functions unless the whole file is built for them. */
#if defined(__clang__)
#define CRC32C_TARGET __attribute__((target("crc")))
#define CRC32C_STEP_8(state, word) __builtin_arm_crc32cd(state, word)
#define CRC32C_STEP_4(state, word) __builtin_arm_crc32cw(state, word)
#define CRC32C_STEP_1(state, byte) __builtin_arm_crc32cb(state, byte)
#else
#define CRC32C_TARGET __attribute__((target("+crc")))
#define CRC32C_STEP_8(state, word) __builtin_aarch64_crc32cx(state, word)
#define CRC32C_STEP_4(state, word) __builtin_aarch64_crc32cw(state, word)
#define CRC32C_STEP_1(state, byte) __builtin_aarch64_crc32cb(state, byte)
#endif
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#endif

static uint32_t crc32c_table[8][256];

/* Slicing by 8: eight table look-ups take eight bytes further, on any processor and byte order. */
static uint32_t crc32c_portable_update(uint32_t state, const uint8_t *data, size_t size) {
    for (; size >= 8; data += 8, size -= 8) {
        state ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        state = crc32c_table[7][state & 255] ^ crc32c_table[6][state >> 8 & 255] ^
                crc32c_table[5][state >> 16 & 255] ^ crc32c_table[4][state >> 24] ^
                crc32c_table[3][data[4]] ^ crc32c_table[2][data[5]] ^
                crc32c_table[1][data[6]] ^ crc32c_table[0][data[7]];
    }
    for (; size; data++, size--)
        state = crc32c_table[0][(state ^ *data) & 255] ^ state >> 8;
    return state;
}

/* Bytes of a record of an event file: of the length, of its checksum, and of the payload's behind it. */
#define CRC32C_HEADER 12
#define CRC32C_FRAME 16
/* A protobuf message is smaller than 2 GiB: a header that promises more is none. */
#define CRC32C_LONGEST 0x7FFFFFFFu

static inline uint32_t crc32c_mask(uint32_t checksum) {
    return (checksum >> 15 | checksum << 17) + 0xA282EAD8u;
}

static inline uint64_t crc32c_little(const uint8_t *data, int bytes) {
    uint64_t number = 0;
    while (bytes--)
        number = number << 8 | data[bytes];
    return number;
}

static int crc32c_portable_record(const uint8_t *data, uint64_t size, uint64_t *length) {
    if (size < CRC32C_FRAME ||
        crc32c_mask(~crc32c_portable_update(~0u, data, 8)) != (uint32_t)crc32c_little(data + 8, 4))
        return 0;
    *length = crc32c_little(data, 8);
    if (*length > CRC32C_LONGEST || *length > size - CRC32C_FRAME)
        return 0;
    return crc32c_mask(~crc32c_portable_update(~0u, data + CRC32C_HEADER, (size_t)*length)) ==
           (uint32_t)crc32c_little(data + CRC32C_HEADER + *length, 4);
}

#if defined(CRC32C_X86) || defined(CRC32C_ARM)
/* Bytes of one of three lanes. The instruction can begin anew with each cycle but takes three until it is done, so three
 * stretches of the data are taken at the same time. */
#define CRC32C_LANE 4096

/* What CRC32C_LANE bytes of zero make of a state, by the state's bytes: a state is linear in what it was before. */
static uint32_t crc32c_lane_table[4][256];

static inline uint32_t crc32c_behind_a_lane(uint32_t state) {
    return crc32c_lane_table[0][state & 255] ^ crc32c_lane_table[1][state >> 8 & 255] ^
           crc32c_lane_table[2][state >> 16 & 255] ^ crc32c_lane_table[3][state >> 24];
}

CRC32C_TARGET static inline uint32_t crc32c_hardware_short(uint32_t state, const uint8_t *data, size_t size) {
    uint64_t word;
    uint32_t half;
    for (; size >= 8; data += 8, size -= 8) {
        memcpy(&word, data, 8);
        state = CRC32C_STEP_8(state, word);
    }
    if (size >= 4) {
        memcpy(&half, data, 4);
        state = CRC32C_STEP_4(state, half);
        data += 4;
        size -= 4;
    }
    for (; size; data++, size--)
        state = CRC32C_STEP_1(state, *data);
    return state;
}

CRC32C_TARGET static uint32_t crc32c_hardware_update(uint32_t state, const uint8_t *data, size_t size) {
    uint64_t word;
    for (; size >= 3 * CRC32C_LANE; data += 3 * CRC32C_LANE, size -= 3 * CRC32C_LANE) {
        uint32_t second = 0, third = 0;
        for (size_t place = 0; place < CRC32C_LANE; place += 8) {
            memcpy(&word, data + place, 8);
            state = CRC32C_STEP_8(state, word);
            memcpy(&word, data + CRC32C_LANE + place, 8);
            second = CRC32C_STEP_8(second, word);
            memcpy(&word, data + 2 * CRC32C_LANE + place, 8);
            third = CRC32C_STEP_8(third, word);
        }
        state = crc32c_behind_a_lane(crc32c_behind_a_lane(state) ^ second) ^ third;
    }
    return crc32c_hardware_short(state, data, size);
}

CRC32C_TARGET static int crc32c_hardware_record(const uint8_t *data, uint64_t size, uint64_t *length) {
    uint64_t payload;
    uint32_t checksum, state;
    if (size < CRC32C_FRAME)
        return 0;
    memcpy(&payload, data, 8);
    memcpy(&checksum, data + 8, 4);
    if (crc32c_mask(~CRC32C_STEP_8(~0u, payload)) != checksum || payload > CRC32C_LONGEST ||
        payload > size - CRC32C_FRAME)
        return 0;
    *length = payload;
    memcpy(&checksum, data + CRC32C_HEADER + payload, 4);
    /* Most records are short, and a call takes as long as the checksum of one. */
    state = payload < 3 * CRC32C_LANE ? crc32c_hardware_short(~0u, data + CRC32C_HEADER, (size_t)payload)
                                      : crc32c_hardware_update(~0u, data + CRC32C_HEADER, (size_t)payload);
    return crc32c_mask(~state) == checksum;
}
#endif

static int crc32c_has_instruction(void) {
#if defined(CRC32C_X86) && defined(_MSC_VER)
    int registers[4];
    __cpuid(registers, 1);
    return registers[2] >> 20 & 1;
#elif defined(CRC32C_X86)
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2");
#elif defined(CRC32C_ARM) && defined(__linux__)
    return (getauxval(AT_HWCAP) >> 7 & 1) != 0; /* HWCAP_CRC32 */
#elif defined(CRC32C_ARM)
    return 1; /* every Apple processor of this architecture */
#else
    return 0;
#endif
}

static uint32_t (*crc32c_update)(uint32_t, const uint8_t *, size_t) = crc32c_portable_update;

/* Whether a record begins here, of which all is among so many bytes and both checksums are right; its payload's length. */
static int (*crc32c_record)(const uint8_t *, uint64_t, uint64_t *) = crc32c_portable_record;

static void crc32c_initialize(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t state = byte;
        for (int bit = 0; bit < 8; bit++)
            state = state & 1 ? state >> 1 ^ 0x82F63B78u : state >> 1;
        crc32c_table[0][byte] = state;
    }
    for (int more = 1; more < 8; more++)
        for (int byte = 0; byte < 256; byte++) {
            uint32_t before = crc32c_table[more - 1][byte];
            crc32c_table[more][byte] = crc32c_table[0][before & 255] ^ before >> 8;
        }
#if defined(CRC32C_X86) || defined(CRC32C_ARM)
    static const uint8_t zeros[CRC32C_LANE];
    for (int byte = 0; byte < 4; byte++) {
        for (int bit = 0; bit < 8; bit++)
            crc32c_lane_table[byte][1 << bit] = crc32c_portable_update(1u << (8 * byte + bit), zeros, CRC32C_LANE);
        for (int value = 1; value < 256; value++)
            crc32c_lane_table[byte][value] =
                crc32c_lane_table[byte][value & (value - 1)] ^ crc32c_lane_table[byte][value & -value];
    }
    if (crc32c_has_instruction()) {
        crc32c_update = crc32c_hardware_update;
        crc32c_record = crc32c_hardware_record;
    }
#endif
}

/* The checksum of some bytes and of those before them, whose own checksum is known: 0 for none. */
static inline uint32_t crc32c_continued(uint32_t before, const uint8_t *data, size_t size) {
    return ~crc32c_update(~before, data, size);
}

static inline uint32_t crc32c_portable(uint32_t before, const uint8_t *data, size_t size) {
    return ~crc32c_portable_update(~before, data, size);
}

static inline uint32_t crc32c_masked(const uint8_t *data, size_t size) {
    return crc32c_mask(crc32c_continued(0, data, size));
}

#endif
