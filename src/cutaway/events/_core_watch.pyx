# Part of _core.pyx: statistics of tensors where they lie in memory, for watches.

cdef extern from "watch.h" nogil:
    enum:
        WATCH_FLOAT64
        WATCH_BINS
    ctypedef struct watch_statistics:
        double sum, sum_sq, min, max, zeros, nan, pos_inf, neg_inf
    float watch_float8[4][256]
    void watch_initialize()
    size_t watch_item_size(int type)
    size_t watch_sampled(size_t count, size_t sample)
    void watch_measure(const uint8_t* data, size_t count, int type, size_t sample, watch_statistics* found)
    void watch_magnitudes(const uint8_t* data, size_t count, int type, size_t sample, uint16_t* bins)
    void watch_gather(const uint8_t* data, size_t count, int type, size_t sample, uint8_t* kept)
    void watch_changes(
        const uint8_t* data, size_t count, int type, size_t sample, const uint8_t* kept, watch_statistics* found
    )
    int watch_is_bad(const uint8_t* data, size_t count, int type, size_t sample)

watch_initialize()

cdef bint knows_float8 = False


cdef int check_tensors(
    const int64_t[::1] addresses, const int64_t[::1] counts, const uint8_t[::1] types, int64_t sample
) except -1:
    """Raise ValueError for columns of unequal lengths, and for a type or a sample that there is not."""
    global knows_float8
    cdef Py_ssize_t i, n = addresses.shape[0], k, known = len(ELEMENT_TYPES)
    if counts.shape[0] != n or types.shape[0] != n:
        raise ValueError(f"tensors must have one count and one type each, got {n}, {len(counts)} and {len(types)}")
    if sample < 0 or sample % 64:
        raise ValueError(f"sample must be a multiple of 64, or 0, got {sample}")
    for i in range(n):
        if types[i] >= known or counts[i] < 0:
            raise ValueError(f"tensor {i} has the type {types[i]} and {counts[i]} elements")
    if not knows_float8:
        for i, values in enumerate(float8_values()):
            for k in range(256):
                watch_float8[i][k] = values[k]
        knows_float8 = True
    return 0


def measure_tensors(
    const int64_t[::1] addresses not None, const int64_t[::1] counts not None, const uint8_t[::1] types not None,
    int64_t sample, double[:, ::1] statistics not None
):
    """See ``core.measure_tensors``."""
    cdef Py_ssize_t i
    check_tensors(addresses, counts, types, sample)
    if statistics.shape[0] < addresses.shape[0] or statistics.shape[1] != 8:
        raise ValueError(f"statistics must be of shape ({addresses.shape[0]}, 8) at least")
    with nogil:
        for i in range(addresses.shape[0]):
            watch_measure(
                <const uint8_t*>addresses[i], counts[i], types[i], sample, <watch_statistics*>&statistics[i, 0]
            )


def measure_tensor(
    int64_t address, int64_t count, uint8_t kind, int64_t sample, double[:, ::1] statistics not None, Py_ssize_t row
):
    """See ``core.measure_tensor``."""
    if not knows_float8:
        check_tensors(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.uint8), 0)
    if row < 0 or row >= statistics.shape[0] or statistics.shape[1] != 8 or kind >= len(ELEMENT_TYPES) or sample % 64:
        raise ValueError(f"no row {row} of 8 columns for a tensor of the type {kind} and a sample of {sample}")
    with nogil:
        watch_measure(<const uint8_t*>address, count, kind, sample, <watch_statistics*>&statistics[row, 0])


def count_magnitudes(
    const int64_t[::1] addresses not None, const int64_t[::1] counts not None, const uint8_t[::1] types not None,
    int64_t sample, uint16_t[:, ::1] magnitudes not None
):
    """See ``core.count_magnitudes``."""
    cdef Py_ssize_t i
    check_tensors(addresses, counts, types, sample)
    if magnitudes.shape[0] < addresses.shape[0] or magnitudes.shape[1] != WATCH_BINS:
        raise ValueError(f"magnitudes must be of shape ({addresses.shape[0]}, {WATCH_BINS}) at least")
    with nogil:
        for i in range(addresses.shape[0]):
            watch_magnitudes(<const uint8_t*>addresses[i], counts[i], types[i], sample, &magnitudes[i, 0])


cdef int check_kept(
    const int64_t[::1] counts, const uint8_t[::1] types, int64_t sample, const int64_t[::1] offsets, int64_t size
) except -1:
    cdef Py_ssize_t i
    if offsets.shape[0] != counts.shape[0]:
        raise ValueError(f"tensors must have one offset each, got {len(offsets)} for {len(counts)}")
    for i in range(counts.shape[0]):
        if offsets[i] < 0 or offsets[i] + <int64_t>(
            watch_sampled(counts[i], sample) * watch_item_size(types[i])
        ) > size:
            raise ValueError(f"kept has no room for tensor {i}")
    return 0


def keep_samples(
    const int64_t[::1] addresses not None, const int64_t[::1] counts not None, const uint8_t[::1] types not None,
    int64_t sample, const int64_t[::1] offsets not None, uint8_t[::1] kept not None
):
    """See ``core.keep_samples``."""
    cdef Py_ssize_t i
    check_tensors(addresses, counts, types, sample)
    check_kept(counts, types, sample, offsets, kept.shape[0])
    with nogil:
        for i in range(addresses.shape[0]):
            if counts[i]:
                watch_gather(<const uint8_t*>addresses[i], counts[i], types[i], sample, &kept[0] + offsets[i])


def measure_changes(
    const int64_t[::1] addresses not None, const int64_t[::1] counts not None, const uint8_t[::1] types not None,
    int64_t sample, const int64_t[::1] offsets not None, const uint8_t[::1] kept not None,
    double[:, ::1] statistics not None
):
    """See ``core.measure_changes``."""
    cdef Py_ssize_t i
    cdef const uint8_t* start = &kept[0] if kept.shape[0] else NOTHING
    check_tensors(addresses, counts, types, sample)
    check_kept(counts, types, sample, offsets, kept.shape[0])
    if statistics.shape[0] < addresses.shape[0] or statistics.shape[1] != 8:
        raise ValueError(f"statistics must be of shape ({addresses.shape[0]}, 8) at least")
    with nogil:
        for i in range(addresses.shape[0]):
            watch_changes(
                <const uint8_t*>addresses[i], counts[i], types[i], sample, start + offsets[i],
                <watch_statistics*>&statistics[i, 0]
            )


def first_not_finite(
    const int64_t[::1] addresses not None, const int64_t[::1] counts not None, const uint8_t[::1] types not None,
    int64_t sample
):
    """See ``core.first_not_finite``."""
    cdef Py_ssize_t i, found = -1
    check_tensors(addresses, counts, types, sample)
    with nogil:
        for i in range(addresses.shape[0]):
            if watch_is_bad(<const uint8_t*>addresses[i], counts[i], types[i], sample):
                found = i
                break
    return found
