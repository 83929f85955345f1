# Part of _core.pyx: histogram: numbers counted between edges, in one pass.

cdef struct Tally:
    double lowest
    double highest
    double sum
    double sum_squares
    int64_t nan
    int64_t pos_inf
    int64_t neg_inf


cdef enum:
    # Several sums side by side, so that none waits for the addition before it.
    LANES = 8
    MOST_STEPS = 24


cdef void count_numbers(
    const Real* value, size_t count, const double* edges, const int32_t* first, int steps, int64_t* counts, Tally* tally
) noexcept nogil:
    """``first`` has, for the highest bits of a double, the number of edges that are at most its smallest one; a bin is
    at most ``steps`` further. ``edges`` end with an infinity."""
    cdef size_t i
    cdef int32_t bin
    cdef int lane, step
    cdef uint64_t bits
    cdef double number
    cdef double sums[LANES]
    cdef double squares[LANES]
    cdef double lowest[LANES]
    cdef double highest[LANES]
    for lane in range(LANES):
        sums[lane] = squares[lane] = 0
        lowest[lane] = INFINITY
        highest[lane] = -INFINITY
    for i in range(count):
        number = value[i]
        memcpy(&bits, &number, 8)
        if (bits >> 52 & 0x7FF) == 0x7FF:
            if isnan(number):
                tally.nan += 1
            elif number > 0:
                tally.pos_inf += 1
            else:
                tally.neg_inf += 1
            continue
        bin = first[bits >> 46]
        for step in range(steps):
            bin += edges[bin] <= number
        counts[bin] += 1
        lane = i & (LANES - 1)
        sums[lane] += number
        squares[lane] += number * number
        lowest[lane] = number if number < lowest[lane] else lowest[lane]
        highest[lane] = number if number > highest[lane] else highest[lane]
    for lane in range(LANES):
        tally.sum += sums[lane]
        tally.sum_squares += squares[lane]
        tally.lowest = min(tally.lowest, lowest[lane])
        tally.highest = max(tally.highest, highest[lane])


cdef histogram_real(const Real[::1] value, const double[::1] edges, const int32_t[::1] first, int steps):
    cdef Tally tally
    counts = np.zeros(edges.shape[0], np.int64)
    cdef int64_t[::1] view = counts
    memset(&tally, 0, sizeof(Tally))
    tally.lowest = INFINITY
    tally.highest = -INFINITY
    if value.shape[0]:
        with nogil:
            count_numbers(&value[0], value.shape[0], &edges[0], &first[0], steps, &view[0], &tally)
    if not counts.any():
        tally.lowest = tally.highest = NAN
    return Tallies(
        counts, tally.lowest, tally.highest, tally.sum, tally.sum_squares, tally.nan, tally.pos_inf, tally.neg_inf
    )


def histogram(value not None, edges not None):
    """See ``core.histogram``."""
    bounded, first, steps = first_edges(np.ascontiguousarray(edges, np.float64).tobytes())
    if steps > MOST_STEPS:
        # Bins as fine as that are found faster by bisection.
        return pure_histogram(value, edges)
    if value.dtype == np.float32:
        return histogram_real[float](np.ascontiguousarray(value), bounded, first, steps)
    return histogram_real[double](np.ascontiguousarray(value, np.float64), bounded, first, steps)
