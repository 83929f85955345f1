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
    # Several sums side by side, so that none waits for the addition before it, and several numbers are added at once.
    LANES = 8
    # Numbers that are looked at twice while they are in the nearest cache.
    BLOCK = 1024
    MOST_STEPS = 24


cdef bint add_moments(const Real* value, size_t count, Tally* tally) noexcept nogil:
    """Add a block's sums and limits; False, and nothing added, when its sum is not finite."""
    cdef size_t i
    cdef int lane
    cdef double number, total = 0
    cdef double sums[LANES]
    cdef double squares[LANES]
    cdef double lowest[LANES]
    cdef double highest[LANES]
    for lane in range(LANES):
        sums[lane] = squares[lane] = 0
        lowest[lane] = INFINITY
        highest[lane] = -INFINITY
    for i in range(count // LANES):
        for lane in range(LANES):
            number = value[i * LANES + lane]
            sums[lane] += number
            squares[lane] += number * number
            lowest[lane] = number if number < lowest[lane] else lowest[lane]
            highest[lane] = number if number > highest[lane] else highest[lane]
    for i in range(count - count % LANES, count):
        number = value[i]
        sums[0] += number
        squares[0] += number * number
        lowest[0] = number if number < lowest[0] else lowest[0]
        highest[0] = number if number > highest[0] else highest[0]
    for lane in range(LANES):
        total += sums[lane]
    if not isfinite(total):
        return False
    tally.sum += total
    for lane in range(LANES):
        tally.sum_squares += squares[lane]
        tally.lowest = min(tally.lowest, lowest[lane])
        tally.highest = max(tally.highest, highest[lane])
    return True


cdef inline bint add_number(double number, Tally* tally) noexcept nogil:
    """Add one number's part to the sums; False when it is not finite, which is counted."""
    if isfinite(number):
        tally.sum += number
        tally.sum_squares += number * number
        tally.lowest = min(tally.lowest, number)
        tally.highest = max(tally.highest, number)
        return True
    if isnan(number):
        tally.nan += 1
    elif number > 0:
        tally.pos_inf += 1
    else:
        tally.neg_inf += 1
    return False


cdef inline int32_t find_bin(double number, const double* edges, const int32_t* first, int steps) noexcept nogil:
    cdef uint64_t bits
    cdef int32_t bin
    cdef int step
    memcpy(&bits, &number, 8)
    bin = first[bits >> 46]
    for step in range(steps):
        bin += edges[bin] <= number
    return bin


cdef void count_numbers(
    const Real* value, size_t count, const double* edges, const int32_t* first, int steps, int64_t* counts,
    int64_t* others, Tally* tally
) noexcept nogil:
    """``first`` has, for the highest bits of a double, the number of edges that are at most its smallest one; a bin is
    at most ``steps`` further. ``edges`` end with an infinity. ``others`` are counts as well: two neighbours are often
    in one bin, and would wait for each other."""
    cdef size_t block, start, i, size
    for block in range((count + BLOCK - 1) // BLOCK):
        start = block * BLOCK
        size = min(<size_t>BLOCK, count - start)
        if not add_moments(value + start, size, tally):
            for i in range(start, start + size):
                if add_number(value[i], tally):
                    counts[find_bin(value[i], edges, first, steps)] += 1
        elif steps == 1:
            # As for all steps, and faster, since the compiler knows how many there are.
            for i in range(size // 2):
                counts[find_bin(value[start + 2 * i], edges, first, 1)] += 1
                others[find_bin(value[start + 2 * i + 1], edges, first, 1)] += 1
            if size % 2:
                counts[find_bin(value[start + size - 1], edges, first, 1)] += 1
        else:
            for i in range(start, start + size):
                counts[find_bin(value[i], edges, first, steps)] += 1


cdef histogram_real(const Real[::1] value, const double[::1] edges, const int32_t[::1] first, int steps):
    cdef Tally tally
    counts = np.zeros((2, edges.shape[0]), np.int64)
    cdef int64_t[:, ::1] view = counts
    memset(&tally, 0, sizeof(Tally))
    tally.lowest = INFINITY
    tally.highest = -INFINITY
    if value.shape[0]:
        with nogil:
            count_numbers(
                &value[0], value.shape[0], &edges[0], &first[0], steps, &view[0, 0], &view[1, 0], &tally
            )
    counts = counts.sum(axis=0)
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
