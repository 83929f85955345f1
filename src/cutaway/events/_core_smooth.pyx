# Part of _core.pyx: decayed_means: what smoothing by exponential decay is made of.

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
