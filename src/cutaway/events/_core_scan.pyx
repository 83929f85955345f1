# Part of _core.pyx: scan: where the valid records of a buffer are.

cdef enum:
    HEADER_BYTES = 12
    FRAME_BYTES = 16
    SEARCH_BUDGET = 8

# A protobuf message is smaller than 2 GiB: a header that promises more is none.
cdef uint64_t LARGEST_PAYLOAD = 0x7FFFFFFF

cdef enum State:
    RECORD, SHORT, UNSETTLED, SKIP, WRONG

cdef struct Scanner:
    const uint8_t* data
    uint64_t size
    uint64_t spent
    Array records
    Array damage


cdef inline bint valid_header(const uint8_t* header) noexcept nogil:
    return crc32c_masked(header, 8) == load_uint32(header + 8) and load_uint64(header) <= LARGEST_PAYLOAD


cdef State look(Scanner* scanner, uint64_t position, bint searching, uint64_t* length) noexcept nogil:
    """The state at ``position``; ``length`` of the payload for RECORD and SKIP."""
    cdef uint64_t remaining = scanner.size - position
    cdef const uint8_t* start = scanner.data + position
    if remaining < HEADER_BYTES:
        return SHORT
    if not valid_header(start):
        return WRONG
    length[0] = load_uint64(start)
    if remaining < FRAME_BYTES or length[0] > remaining - FRAME_BYTES:
        return UNSETTLED
    if not searching or scanner.spent <= SEARCH_BUDGET * scanner.size:
        if crc32c_masked(start + HEADER_BYTES, length[0]) == load_uint32(start + HEADER_BYTES + length[0]):
            return RECORD
        scanner.spent += length[0]
    remaining -= length[0] + FRAME_BYTES
    if remaining < HEADER_BYTES:
        return UNSETTLED
    return SKIP if valid_header(start + length[0] + FRAME_BYTES) else WRONG


cdef bint add_span(Array* spans, uint64_t start, uint64_t length) noexcept nogil:
    cdef Span* span = <Span*>array_add(spans)
    if span == NULL:
        return False
    span.start = start
    span.length = length
    return True


cdef bint run_scan(
    Scanner* scanner, bint inside_tail, bint in_gap, uint64_t* consumed, uint64_t* searched
) noexcept nogil:
    cdef uint64_t position = 0, gap = 0, unsettled = 0, length = 0
    cdef bint has_unsettled = False
    cdef State state
    while True:
        state = look(scanner, position, in_gap, &length)
        if state == RECORD:
            if in_gap and not add_span(&scanner.damage, gap, position - gap):
                return False
            if not add_span(&scanner.records, position + HEADER_BYTES, length):
                return False
            in_gap = has_unsettled = False
            position += length + FRAME_BYTES
            continue
        if state == SHORT or (state == UNSETTLED and not inside_tail):
            break
        if not in_gap:
            in_gap = True
            gap = position
        if state == SKIP:
            position += length + FRAME_BYTES
            continue
        if state == UNSETTLED and not has_unsettled:
            has_unsettled = True
            unsettled = position
        position += 1
        while scanner.size - position >= HEADER_BYTES and not valid_header(scanner.data + position):
            position += 1
    consumed[0] = gap if in_gap else position
    searched[0] = unsettled if has_unsettled else position
    return True


def scan(const uint8_t[::1] data not None, *, bint inside_tail=False, bint in_gap=False):
    """See ``core.scan``."""
    cdef Scanner scanner
    cdef uint64_t consumed = 0, searched = 0
    cdef bint done
    cdef size_t i, count
    cdef int64_t[::1] offsets, lengths
    cdef Span* spans
    memset(&scanner, 0, sizeof(Scanner))
    scanner.data = &data[0] if data.shape[0] else NOTHING
    scanner.size = data.shape[0]
    scanner.records.item_size = scanner.damage.item_size = sizeof(Span)
    try:
        with nogil:
            done = run_scan(&scanner, inside_tail, in_gap, &consumed, &searched)
        if not done:
            raise MemoryError
        count = scanner.records.count
        spans = <Span*>scanner.records.items
        offset_array, length_array = np.empty(count, np.int64), np.empty(count, np.int64)
        offsets, lengths = offset_array, length_array
        for i in range(count):
            offsets[i] = spans[i].start
            lengths[i] = spans[i].length
        spans = <Span*>scanner.damage.items
        damage = [(spans[i].start, spans[i].length) for i in range(scanner.damage.count)]
        return Scan(offset_array, length_array, consumed, damage, searched)
    finally:
        free(scanner.records.items)
        free(scanner.damage.items)
