# Part of _core.pyx: decayed_means and windowed_means: what smoothing is made of.

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


cdef void load_row(
    const Real* value, int64_t count, int64_t start, int64_t width, double scale, double* row
) noexcept nogil:
    """`width` values from a place on that may be in front of the first; 0 for those that are not there or not finite."""
    cdef int64_t k, low = min(max(-start, 0), width), high = max(min(count - start, width), low)
    for k in range(low):
        row[k] = 0
    for k in range(low, high):
        row[k] = value[start + k] * scale if isfinite(value[start + k]) else 0
    for k in range(high, width):
        row[k] = 0


cdef void window_sums(
    const Real* value, int64_t count, int64_t reach, double scale, double* sums, double* memory
) noexcept nogil:
    """Sums of the finite values up to `reach` places on each side.

    Sums to the end and from the begin of blocks as long as the window, put together (van Herk, 1992), are never
    subtracted: a spike leaves nothing behind it, as it would in differences of one running sum. `memory` has room for
    four windows.
    """
    cdef int64_t width = 2 * reach + 1, start = 0, k
    cdef double left, right
    cdef double* row = memory
    cdef double* after = memory + width
    cdef double* to_end = memory + 2 * width
    cdef double* from_begin = memory + 3 * width
    load_row(value, count, -reach, width, scale, after)
    while start < count:
        row, after = after, row
        load_row(value, count, start - reach + width, width, scale, after)
        left = right = 0
        for k in range(width):
            # Two sums at once, so that neither waits for its own addition.
            left += row[width - 1 - k]
            to_end[width - 1 - k] = left
            right += after[k]
            from_begin[k] = right
        sums[start] = to_end[0]
        for k in range(1, min(width, count - start)):
            sums[start + k] = to_end[k] + from_begin[k - 1]
        start += width


cdef void window_counts(const Real* value, int64_t count, int64_t reach, double* counts) noexcept nogil:
    """How many values up to `reach` places on each side are finite: whole numbers are exact, also as differences."""
    cdef int64_t here = 0, i
    for i in range(min(reach, count)):
        here += isfinite(value[i]) != 0
    for i in range(count):
        if i + reach < count:
            here += isfinite(value[i + reach]) != 0
        if i > reach:
            here -= isfinite(value[i - reach - 1]) != 0
        counts[i] = <double>here


cdef windowed_real(const Real[::1] value, list reaches):
    cdef int64_t count = value.shape[0], reach, i
    cdef double largest = 0, scale = 1
    cdef double* sums
    cdef double* weights
    cdef double* others
    cdef double* memory
    means = np.empty(count)
    cdef double[::1] view = means
    if not count:
        return means
    memory = <double*>malloc((3 * count + 4 * (2 * max(reaches) + 1)) * sizeof(double))
    if memory == NULL:
        raise MemoryError
    try:
        sums, weights, others = &view[0], memory, memory + count
        reach = reaches[0]
        with nogil:
            if Real is double:
                for i in range(count):
                    if isfinite(value[i]):
                        largest = max(largest, fabs(value[i]))
                # Where a sum of many could overflow, all are scaled: three windows of a million are not 2**100 values.
                scale = 1.0 if largest <= 2.0**900 else 2.0**-64
            window_sums(&value[0], count, reach, scale, sums, memory + 3 * count)
            window_counts(&value[0], count, reach, weights)
        for each in reaches[1:]:
            reach = each
            with nogil:
                window_sums(sums, count, reach, 1.0, others, memory + 3 * count)
                sums, others = others, sums
                window_sums(weights, count, reach, 1.0, others, memory + 3 * count)
                weights, others = others, weights
        with nogil:
            for i in range(count):
                if isfinite(value[i]):
                    view[i] = sums[i] / weights[i] / scale
                else:
                    view[i] = value[i]
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
