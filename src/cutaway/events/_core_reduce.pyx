# Part of _core.pyx: reduce: points to buckets.

ctypedef fused Real:
    float
    double


cdef struct Sums:
    double sum
    double correction


cdef double accumulate(
    const double* coordinate, const Real* value, size_t count, int level, int64_t origin, uint64_t size, double scale,
    Sums* sums, uint32_t* finite, uint32_t* nan, uint32_t* pos_inf, uint32_t* neg_inf, double* lowest, double* highest,
) noexcept nogil:
    """Fill the buckets; returns the largest finite magnitude. Sums are compensated (Neumaier 1974)."""
    cdef size_t i
    cdef uint64_t bucket
    cdef double place, number, total, largest = 0
    cdef bint plain = -1000 < level < 1000
    cdef double factor = ldexp(1.0, -level) if plain else 1.0
    for i in range(count):
        place = floor(coordinate[i] * factor if plain else ldexp(coordinate[i], -level))
        if not fabs(place) < 4611686018427387904.0:
            continue
        bucket = <uint64_t><int64_t>place - <uint64_t>origin
        if bucket >= size:
            continue
        number = value[i]
        if not isfinite(number):
            if isnan(number):
                nan[bucket] += 1
            elif number > 0:
                pos_inf[bucket] += 1
            else:
                neg_inf[bucket] += 1
            continue
        finite[bucket] += 1
        largest = max(largest, fabs(number))
        if not number >= lowest[bucket]:
            lowest[bucket] = number
        if not number <= highest[bucket]:
            highest[bucket] = number
        number *= scale
        total = sums[bucket].sum + number
        if fabs(sums[bucket].sum) >= fabs(number):
            sums[bucket].correction += (sums[bucket].sum - total) + number
        else:
            sums[bucket].correction += (number - total) + sums[bucket].sum
        sums[bucket].sum = total
    return largest


cdef reduce_real(const double[::1] coordinate, const Real[::1] value, int level, int64_t origin, uint64_t size):
    cdef size_t count = coordinate.shape[0], i
    cdef double scale = 1.0, largest = 0
    counts = np.empty((4, size), np.uint32)
    statistics = np.empty((3, size))
    cdef uint32_t[:, ::1] count_view = counts
    cdef double[:, ::1] view = statistics
    cdef Sums* sums = NULL
    if size and count:
        sums = <Sums*>malloc(size * sizeof(Sums))
        if sums == NULL:
            raise MemoryError
    try:
        for scale in (1.0, 2.0**-64):
            # NaN, which no comparison is true of, stands for "no value yet".
            statistics[:] = NAN
            counts[:] = 0
            if sums == NULL:
                break
            with nogil:
                memset(sums, 0, size * sizeof(Sums))
                largest = accumulate(
                    &coordinate[0], &value[0], count, level, origin, size, scale, sums, &count_view[0, 0],
                    &count_view[1, 0], &count_view[2, 0], &count_view[3, 0], &view[1, 0], &view[2, 0],
                )
            # Where a sum could overflow: again, scaled.
            if largest <= 2.0**900:
                break
        if sums != NULL:
            for i in range(size):
                if count_view[0, i]:
                    view[0, i] = (sums[i].sum + sums[i].correction) / count_view[0, i] / scale
                    view[0, i] = min(max(view[0, i], view[1, i]), view[2, i])
    finally:
        free(sums)
    return Buckets(counts[0], counts[1], counts[2], counts[3], statistics[0], statistics[1], statistics[2])


def reduce(coordinate not None, value not None, int level, int64_t origin, Py_ssize_t size):
    """See ``core.reduce``."""
    if len(coordinate) != len(value):
        raise ValueError(f"coordinate and value must be equally long, got {len(coordinate)} and {len(value)}")
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    coordinate = np.ascontiguousarray(coordinate, np.float64)
    if value.dtype == np.float32:
        return reduce_real[float](coordinate, np.ascontiguousarray(value), level, origin, size)
    return reduce_real[double](coordinate, np.ascontiguousarray(value, np.float64), level, origin, size)
