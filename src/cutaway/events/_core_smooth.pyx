# Part of _core.pyx: decayed_means and windowed_means: what smoothing is made of.

cdef extern from "smooth.h" nogil:
    int64_t memory_of_sums "cutaway_memory_of_sums"(int64_t width)
    void float_sums "cutaway_sum_windows_float"(
        const float* value, int64_t count, int64_t reach, double scale, bint makes_means, double* sums, double* memory
    )
    void double_sums "cutaway_sum_windows_double"(
        const double* value, int64_t count, int64_t reach, double scale, bint makes_means, double* sums, double* memory
    )
    void float_counts "cutaway_count_windows_float"(const float* value, int64_t count, int64_t reach, double* counts)
    void double_counts "cutaway_count_windows_double"(const double* value, int64_t count, int64_t reach, double* counts)
    void divide_floats "cutaway_divide_by_weights_float"(
        const float* value, int64_t count, const double* weights, double scale, double* sums
    )
    void divide_doubles "cutaway_divide_by_weights_double"(
        const double* value, int64_t count, const double* weights, double scale, double* sums
    )


cdef void decay(
    const Real* value, const double* keep, size_t count, double scale, double* result
) noexcept nogil:
    """Sums of values and of their weights, both of which fade by `keep` before each value is added."""
    cdef size_t i
    cdef double total = 0, weight = 0, number
    for i in range(count):
        total *= keep[i]
        weight *= keep[i]
        number = value[i]
        if isfinite(number):
            total += number * scale
            weight += 1
            result[i] = total / weight / scale
        else:
            result[i] = number


cdef decayed_real(const Real[::1] value, const double[::1] keep):
    cdef size_t count = value.shape[0], i
    cdef double largest = 0, scale
    means = np.empty(count)
    cdef double[::1] view = means
    if count:
        with nogil:
            for i in range(count):
                if isfinite(value[i]):
                    largest = max(largest, fabs(value[i]))
            # Where a sum of many could overflow, all are scaled.
            scale = 1.0 if largest <= 2.0**900 else 2.0**-64
            decay(&value[0], &keep[0], count, scale, &view[0])
    return means


def decayed_means(value not None, keep not None):
    """See ``core.decayed_means``."""
    if len(value) != len(keep):
        raise ValueError(f"value and keep must be equally long, got {len(value)} and {len(keep)}")
    keep = np.ascontiguousarray(keep, np.float64)
    if value.dtype == np.float32:
        return decayed_real[float](np.ascontiguousarray(value), keep)
    return decayed_real[double](np.ascontiguousarray(value, np.float64), keep)


cdef void sum_windows(
    const Real* value, int64_t count, int64_t reach, double scale, bint makes_means, double* sums, double* memory
) noexcept nogil:
    """See smooth.h."""
    if Real is float:
        float_sums(value, count, reach, scale, makes_means, sums, memory)
    else:
        double_sums(value, count, reach, scale, makes_means, sums, memory)


cdef void count_windows(const Real* value, int64_t count, int64_t reach, double* counts) noexcept nogil:
    """See smooth.h."""
    if Real is float:
        float_counts(value, count, reach, counts)
    else:
        double_counts(value, count, reach, counts)


cdef void divide(
    const Real* value, int64_t count, const double* weights, double scale, double* sums
) noexcept nogil:
    """See smooth.h."""
    if Real is float:
        divide_floats(value, count, weights, scale, sums)
    else:
        divide_doubles(value, count, weights, scale, sums)


cdef double scale_of(const Real* value, int64_t count) noexcept nogil:
    """Where a sum of many could overflow, all are scaled: three windows of a million are not 2**100 values."""
    cdef double largest = 0
    cdef int64_t i
    if Real is double:
        for i in range(count):
            if isfinite(value[i]):
                largest = max(largest, fabs(value[i]))
    return 1.0 if largest <= 2.0**900 else 2.0**-64


cdef windowed_real(const Real[::1] value, list reaches):
    cdef int64_t count = value.shape[0], reach = reaches[0], room = 0
    # Sums and weights of several passes take turns with a third column.
    cdef int64_t columns = 2 * count if len(reaches) > 1 else 0
    cdef double scale
    cdef double* sums
    cdef double* weights
    cdef double* others
    cdef double* memory
    means = np.empty(count)
    cdef double[::1] view = means
    if not count:
        return means
    for each in reaches:
        room = max(room, memory_of_sums(2 * <int64_t>each + 1))
    memory = <double*>malloc((room + columns) * sizeof(double))
    if memory == NULL:
        raise MemoryError
    try:
        sums = &view[0]
        with nogil:
            scale = scale_of(&value[0], count)
            sum_windows(&value[0], count, reach, scale, not columns, sums, memory)
        if not columns:
            return means
        weights, others = memory + room, memory + room + count
        with nogil:
            count_windows(&value[0], count, reach, weights)
        for each in reaches[1:]:
            reach = each
            with nogil:
                double_sums(sums, count, reach, 1.0, False, others, memory)
                sums, others = others, sums
                double_sums(weights, count, reach, 1.0, False, others, memory)
                weights, others = others, weights
        with nogil:
            divide(&value[0], count, weights, scale, sums)
            if sums != &view[0]:
                memcpy(&view[0], sums, count * sizeof(double))
    finally:
        free(memory)
    return means


def windowed_means(value not None, reaches):
    """See ``core.windowed_means``."""
    # A window that reaches over everything on each side reaches no further.
    reaches = [min(reach, len(value)) for reach in reaches]
    if value.dtype == np.float32:
        return windowed_real[float](np.ascontiguousarray(value), reaches)
    return windowed_real[double](np.ascontiguousarray(value, np.float64), reaches)
