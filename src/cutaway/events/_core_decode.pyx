# Part of _core.pyx: decode: all records of a buffer, and their points as columns.

cdef void prepare_decoder(Decoder* decoder) noexcept nogil:
    decoder.points.item_size = sizeof(Point)
    decoder.blobs.item_size = sizeof(Blob)
    decoder.wides.item_size = sizeof(Wide)
    decoder.metadata.item_size = sizeof(Span)
    decoder.following.item_size = sizeof(int32_t)
    decoder.tags.names.item_size = decoder.plugins.names.item_size = sizeof(Name)


cdef void free_decoder(Decoder* decoder) noexcept nogil:
    free(decoder.points.items)
    free(decoder.blobs.items)
    free(decoder.wides.items)
    free(decoder.metadata.items)
    free(decoder.following.items)
    free(decoder.tags.names.items)
    free(decoder.tags.slots)
    free(decoder.plugins.names.items)
    free(decoder.plugins.slots)


def decode(const uint8_t[::1] data not None, const int64_t[::1] offsets not None, const int64_t[::1] lengths not None):
    """See ``core.decode``."""
    cdef Decoder decoder
    cdef const uint8_t* start = &data[0] if data.shape[0] else NOTHING
    cdef uint64_t size = data.shape[0]
    cdef Py_ssize_t count = offsets.shape[0], i, done = 0
    cdef Outcome outcome = DONE
    if lengths.shape[0] != count:
        raise ValueError(f"offsets and lengths must be equally many, got {count} and {lengths.shape[0]}")
    for i in range(count):
        if <uint64_t>offsets[i] > size or <uint64_t>lengths[i] > size - <uint64_t>offsets[i]:
            raise ValueError(f"record {i} is not within the buffer of {size} bytes")
    memset(&decoder, 0, sizeof(Decoder))
    prepare_decoder(&decoder)
    decoder.data = start
    try:
        with nogil:
            while done < count and outcome == DONE and not decoder.starts_session:
                outcome = read_event(&decoder, start + offsets[done], start + offsets[done] + lengths[done])
                done += 1
        if outcome == NO_MEMORY:
            raise MemoryError
        tags, columns = group_points(&decoder)
        return Decoded(
            list(tags.values()), *columns, group_blobs(&decoder), point_metadata(&decoder, tags), done,
            decoder.session_step if decoder.starts_session else None, decoder.malformed, decoder.empty,
        )
    finally:
        free_decoder(&decoder)


cdef group_points(Decoder* decoder):
    """The points as columns: a counting sort by tag, tags in the order of their first points."""
    cdef size_t count = decoder.points.count, name_count = decoder.tags.names.count, i
    cdef Point* points = <Point*>decoder.points.items
    cdef Point* point
    cdef int32_t tag
    cdef size_t tag_count = 0
    cdef int64_t place
    new_tag_array = np.full(name_count, -1, np.int32)
    name_array = np.zeros(name_count, np.int32)
    starts_array = np.zeros(name_count + 1, np.int64)
    next_array = np.zeros(name_count, np.int64)
    rounded_array = np.zeros(name_count, np.uint8)
    step_array, wall_array, value_array = (np.empty(count, dtype) for dtype in (np.int64, np.float64, np.float64))
    cdef int32_t[::1] new_tag = new_tag_array, name_of = name_array
    cdef int64_t[::1] starts = starts_array, next_place = next_array, step = step_array
    cdef uint8_t[::1] rounded = rounded_array
    cdef double[::1] wall = wall_array, value = value_array
    with nogil:
        for i in range(count):
            point = points + i
            tag = new_tag[point.tag]
            if tag < 0:
                tag = <int32_t>tag_count
                new_tag[point.tag] = tag
                name_of[tag] = point.tag
                tag_count += 1
            point.tag = tag
            starts[tag + 1] += 1
            rounded[tag] |= point.rounded
        for i in range(tag_count):
            starts[i + 1] += starts[i]
            next_place[i] = starts[i]
        for i in range(count):
            point = points + i
            place = next_place[point.tag]
            next_place[point.tag] += 1
            step[place] = point.step
            wall[place] = point.wall_time
            value[place] = point.real
    kinds = np.where(rounded_array[:tag_count], FLOAT64, FLOAT32).astype(np.uint8)
    integer_array = np.zeros(0, np.int64)
    if decoder.wides.count:
        integer_array = fill_integers(decoder, starts_array, kinds)
    # By their numbers in the decoder, in the order of their first points.
    tags = {name_of[i]: name_text(&decoder.tags, name_of[i]) for i in range(tag_count)}
    return tags, (starts_array[: tag_count + 1], step_array, wall_array, value_array, kinds, integer_array)


cdef fill_integers(Decoder* decoder, starts_array, kinds):
    """int64[n] with the values of the tags that have integers beyond float64's and no fractions: their kind is INT64."""
    cdef size_t count = decoder.points.count, tag_count = len(kinds), i, next_wide = 0
    cdef Point* points = <Point*>decoder.points.items
    cdef Wide* wides = <Wide*>decoder.wides.items
    cdef Point* point
    cdef double real
    integer_array = np.zeros(count, np.int64)
    next_array = starts_array.copy()
    flags_array = np.zeros((tag_count, 2), np.uint8)
    cdef int64_t[::1] integer = integer_array, next_place = next_array
    cdef uint8_t[:, ::1] flags = flags_array
    cdef bint wide
    with nogil:
        for i in range(count):
            point = points + i
            real = point.real
            wide = next_wide < decoder.wides.count and wides[next_wide].point == i
            if wide:
                flags[point.tag, 0] = 1
                integer[next_place[point.tag]] = wides[next_wide].integer
                next_wide += 1
            elif real == floor(real) and -9223372036854775808.0 <= real < 9223372036854775808.0:
                integer[next_place[point.tag]] = <int64_t>real
            else:
                flags[point.tag, 1] = 1
            next_place[point.tag] += 1
    exact = (flags_array[:, 0] != 0) & (flags_array[:, 1] == 0)
    kinds[exact] = INT64
    if not exact.any():
        return np.zeros(0, np.int64)
    integer_array[~np.repeat(exact, np.diff(starts_array[: tag_count + 1]))] = 0
    return integer_array


cdef group_blobs(Decoder* decoder):
    """Data that is not scalar as columns, sorted by kind and tag."""
    cdef size_t count = decoder.blobs.count, i
    cdef Blob* blobs = <Blob*>decoder.blobs.items
    cdef Blob* blob
    if count == 0:
        return Blobs.none()
    columns = np.empty((6, count), np.int64)
    wall_array = np.empty(count)
    cdef int64_t[:, ::1] view = columns
    cdef double[::1] wall = wall_array
    with nogil:
        for i in range(count):
            blob = blobs + i
            view[0, i] = <int64_t>blob.kind << 32 | blob.tag
            view[1, i] = blob.step
            view[2, i] = blob.content.start
            view[3, i] = blob.content.length
            view[4, i] = blob.metadata.start
            view[5, i] = blob.metadata.length
            wall[i] = blob.wall_time
    order, keys, starts = group_keys(columns[0])
    columns, wall_array = columns[:, order], wall_array[order]
    names = []
    for key in keys.tolist():
        kind, tag = key >> 32, key & 0xFFFFFFFF
        name = _KIND_NAMES[kind] if kind < KIND_COUNT else name_text(&decoder.plugins, kind - KIND_COUNT)
        names.append((name, name_text(&decoder.tags, tag)))
    return Blobs(names, starts, columns[1], wall_array, columns[2], columns[3], columns[4], columns[5])


cdef dict point_metadata(Decoder* decoder, dict tags):
    """The first SummaryMetadata of each tag whose points have any."""
    cdef Span* spans = <Span*>decoder.metadata.items
    cdef size_t name
    found = {}
    for name, tag in tags.items():
        if name < decoder.metadata.count and spans[name].length:
            found[tag] = PyBytes_FromStringAndSize(<const char*>decoder.data + spans[name].start, spans[name].length)
    return found
