# Part of _core.pyx: decode: one Event to points and to where everything else is.

cdef struct Point:
    int64_t step
    double wall_time
    double real
    int32_t tag
    bint rounded  # float32 would not hold it

cdef struct Wide:
    size_t point
    int64_t integer

cdef struct Blob:
    int64_t step
    double wall_time
    Span content
    Span metadata  # of length 0 when there is none
    int32_t kind
    int32_t tag

cdef struct Decoder:
    const uint8_t* data  # what offsets count from
    Array points
    Array wides  # in the order of their points
    Array blobs
    Array metadata  # a Span for each tag: the first that its points have
    Names tags
    Names plugins
    Array following  # int32 for each tag: the tag that came after it last, since tags mostly come in turn
    int32_t last_tag
    int64_t malformed
    int64_t empty
    bint starts_session
    int64_t session_step

cdef enum Kind:
    GRAPH, LOG_MESSAGE, SESSION_LOG, RUN_METADATA, META_GRAPH, IMAGES, HISTOGRAMS, AUDIO, TENSORS, EMPTY, KIND_COUNT
    NO_KIND = -1

_KIND_NAMES = (
    "graph", "log_message", "session_log", "run_metadata", "meta_graph", "images", "histograms", "audio", "tensors",
    "empty",
)


cdef inline Outcome add_blob(
    Decoder* decoder, int32_t kind, const Field* tag, const Field* content, const Field* metadata
) noexcept nogil:
    cdef int32_t name = tag_number(decoder, tag.start, tag.length)
    cdef Blob* blob = <Blob*>array_add(&decoder.blobs)
    if name < 0 or blob == NULL:
        return NO_MEMORY
    blob.kind = kind
    blob.tag = name
    blob.content.start = content.start - decoder.data
    blob.content.length = content.length
    blob.metadata.start = metadata.start - decoder.data if metadata.length else 0
    blob.metadata.length = metadata.length
    return DONE


cdef inline int32_t tag_number(Decoder* decoder, const uint8_t* start, uint64_t length) noexcept nogil:
    """The number of a tag; -1 when there is no memory."""
    cdef int32_t* following = <int32_t*>decoder.following.items
    cdef int32_t guess = following[decoder.last_tag] if decoder.following.count else -1
    cdef Name* name
    if guess >= 0:
        name = <Name*>decoder.tags.names.items + guess
        if name.length == length and memcmp(name.start, start, length) == 0:
            decoder.last_tag = guess
            return guess
    guess = intern_name(&decoder.tags, start, length)
    if guess < 0:
        return -1
    while decoder.following.count < decoder.tags.names.count:
        following = <int32_t*>array_add(&decoder.following)
        if following == NULL:
            return -1
        following[0] = -1
    following = <int32_t*>decoder.following.items
    following[decoder.last_tag] = guess
    decoder.last_tag = guess
    return guess


cdef Outcome add_point(Decoder* decoder, const Field* tag, const Number* number, const Field* metadata) noexcept nogil:
    cdef int32_t name = tag_number(decoder, tag.start, tag.length)
    cdef Point* point = <Point*>array_add(&decoder.points)
    cdef Wide* wide
    cdef Span* span
    if name < 0 or point == NULL:
        return NO_MEMORY
    point.tag = name
    point.real = number.real
    point.rounded = number.wide or not (<double><float>number.real == number.real or isnan(number.real))
    if number.wide:
        wide = <Wide*>array_add(&decoder.wides)
        if wide == NULL:
            return NO_MEMORY
        wide.point = decoder.points.count - 1
        wide.integer = number.integer
    if metadata.length:
        while decoder.metadata.count <= <size_t>name:
            span = <Span*>array_add(&decoder.metadata)
            if span == NULL:
                return NO_MEMORY
            span.length = 0
        span = <Span*>decoder.metadata.items + name
        if span.length == 0:
            span.start = metadata.start - decoder.data
            span.length = metadata.length
    return DONE


cdef bint read_plugin(const Field* metadata, Field* plugin) noexcept nogil:
    """The plug-in's name in a SummaryMetadata: empty when it has none."""
    cdef const uint8_t* cursor = metadata.start
    cdef const uint8_t* end = metadata.start + metadata.length
    cdef const uint8_t* inner
    cdef Field field, part
    plugin.length = 0
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key != 0x0A:
            continue
        inner = field.start
        while inner < field.start + field.length:
            if not next_field(&inner, field.start + field.length, &part):
                return False
            if part.key == 0x0A:
                plugin[0] = part
    return True


cdef bint read_exact(const Field* message, Number* exact, bint* known) noexcept nogil:
    """Field 1000: the value before it was rounded to float32."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field
    known[0] = False
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key == 0x09:
            exact[0] = real_number(to_double(load_uint64(field.start)))
            known[0] = True
        elif field.key == 0x10:
            exact[0] = integer_number(<int64_t>(field.value >> 1 ^ (<uint64_t>0 - (field.value & 1))))
            known[0] = True
    return True


cdef Outcome read_value(Decoder* decoder, const Field* message) noexcept nogil:
    """One Summary.Value: a point, or where it is and what kind."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field, tag, metadata, plugin, tensor
    cdef int32_t kind = NO_KIND
    cdef bint has_simple = False, has_tensor = False, has_exact = False, is_number, is_scalars
    cdef float simple = 0
    cdef Number number, exact
    cdef Outcome outcome
    cdef int32_t name
    tag.start = metadata.start = plugin.start = tensor.start = message.start
    tag.length = metadata.length = plugin.length = tensor.length = 0
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 0x0A:
            tag = field
        elif field.key == 0x15:
            simple = to_float(load_uint32(field.start))
            has_simple, has_tensor = True, False
        elif field.key == 0x42:
            tensor = field
            has_simple, has_tensor = False, True
        elif field.key == 0x1A or field.key == 0x2A or field.key == 0x22 or field.key == 0x32:
            kind = IMAGES if field.key == 0x22 else AUDIO if field.key == 0x32 else HISTOGRAMS
            has_simple = has_tensor = False
        elif field.key == 0x4A:
            metadata = field
            if not read_plugin(&field, &plugin):
                return MALFORMED
        elif field.key == 0x1F42:
            if not read_exact(&field, &exact, &has_exact):
                return MALFORMED
    is_scalars = plugin.length == 7 and memcmp(plugin.start, b"scalars", 7) == 0
    is_number = has_simple
    if has_simple:
        number = real_number(simple)
        # The exact value counts only if it rounds to the simple one: else somebody changed one of the two.
        if has_exact and <float>exact.real == simple:
            number = exact
    elif has_tensor:
        outcome = read_tensor(&tensor, &plugin, is_scalars, &number, &is_number)
        if outcome != DONE:
            return outcome
        kind = TENSORS if is_scalars or plugin.length == 0 else NO_KIND
    if is_number:
        return add_point(decoder, &tag, &number, &metadata)
    # A plug-in may keep what it has to say in the metadata; a scalar cannot.
    if kind == NO_KIND and not has_tensor and (plugin.length == 0 or is_scalars):
        kind = EMPTY
    if kind == NO_KIND:
        name = intern_name(&decoder.plugins, plugin.start, plugin.length)
        if name < 0:
            return NO_MEMORY
        kind = KIND_COUNT + name
    return add_blob(decoder, kind, &tag, message, &metadata)


cdef Outcome read_session_log(Decoder* decoder, const Field* message) noexcept nogil:
    """Note a session's start, which supersedes what was recorded before it."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 0x08:
            decoder.starts_session = field.value == 1
    return DONE


cdef Outcome read_run_metadata(const Field* message, Field* tag) noexcept nogil:
    """The tag of a TaggedRunMetadata."""
    cdef const uint8_t* cursor = message.start
    cdef const uint8_t* end = message.start + message.length
    cdef Field field
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return MALFORMED
        if field.key == 0x0A:
            tag[0] = field
    return DONE


cdef Outcome read_other(Decoder* decoder, const Field* field) noexcept nogil:
    """The content of an Event that is not a summary."""
    cdef Field nothing, tag
    cdef Outcome outcome = DONE
    nothing.start = tag.start = field.start
    nothing.length = tag.length = 0
    cdef int32_t kind = (
        GRAPH if field.key == 0x22 else LOG_MESSAGE if field.key == 0x32 else SESSION_LOG if field.key == 0x3A
        else RUN_METADATA if field.key == 0x42 else META_GRAPH if field.key == 0x4A else NO_KIND
    )
    if kind == NO_KIND:
        return DONE
    if kind == SESSION_LOG:
        outcome = read_session_log(decoder, field)
    elif kind == RUN_METADATA:
        outcome = read_run_metadata(field, &tag)
    return add_blob(decoder, kind, &tag, field, &nothing) if outcome == DONE else outcome


cdef void drop_points(Decoder* decoder, size_t first_point, uint64_t record) noexcept nogil:
    """Take back the points of a record, and the metadata that came from it."""
    cdef Point* points = <Point*>decoder.points.items
    cdef Span* metadata = <Span*>decoder.metadata.items
    cdef size_t i
    for i in range(first_point, decoder.points.count):
        if <size_t>points[i].tag < decoder.metadata.count and metadata[points[i].tag].start >= record:
            metadata[points[i].tag].length = 0
    decoder.points.count = first_point
    while decoder.wides.count and (<Wide*>decoder.wides.items)[decoder.wides.count - 1].point >= first_point:
        decoder.wides.count -= 1


cdef inline bint read_usual_event(
    Decoder* decoder, const uint8_t* cursor, const uint8_t* end, Outcome* outcome
) noexcept nogil:
    """The usual record: wall time, step, and one value of a tag and a simple_value, all lengths below 128.

    False when it is another one; then nothing has happened. Half of the time of loading would go into the general way.
    """
    cdef uint64_t bits = 0
    cdef int64_t step = 0
    cdef int shift = 0
    cdef const uint8_t* place = cursor
    cdef Point* point
    cdef int32_t name
    cdef uint8_t tag_size
    # 22 bytes beside the tag, which together are less than what the lengths can say.
    if end - place < 22 or end - place > 160 or place[0] != 0x09:
        return False
    bits = load_uint64(place + 1)
    place += 9
    if place[0] == 0x10:
        place += 1
        while place[0] & 0x80 and shift < 56 and end - place > 13:
            step |= <int64_t>(place[0] & 0x7F) << shift
            shift += 7
            place += 1
        if place[0] & 0x80:
            return False
        step |= <int64_t>place[0] << shift
        place += 1
    if end - place < 11 or place[0] != 0x2A or place[1] != end - place - 2 or place[2] != 0x0A:
        return False
    if place[3] != end - place - 4 or place[4] != 0x0A or place[5] + 11 != end - place:
        return False
    tag_size = place[5]
    if tag_size > 127 or place[1] > 127 or (end - 5)[0] != 0x15:
        return False
    name = tag_number(decoder, place + 6, tag_size)
    point = <Point*>array_add(&decoder.points)
    if name < 0 or point == NULL:
        outcome[0] = NO_MEMORY
        return True
    point.step = step
    point.wall_time = to_double(bits)
    point.real = to_float(load_uint32(end - 4))
    point.tag = name
    point.rounded = False
    decoder.starts_session = False
    return True


cdef Outcome read_event(Decoder* decoder, const uint8_t* cursor, const uint8_t* end) noexcept nogil:
    cdef Field field, part
    cdef const uint8_t* inner
    cdef uint64_t record = cursor - decoder.data
    cdef double wall_time = 0
    cdef int64_t step = 0
    cdef size_t first_point = decoder.points.count, first_blob = decoder.blobs.count, i
    cdef bint has_file_version = False
    cdef Point* points
    cdef Blob* blobs
    cdef Outcome outcome = DONE
    if read_usual_event(decoder, cursor, end, &outcome):
        return outcome
    decoder.starts_session = False
    while cursor < end and outcome == DONE:
        if not next_field(&cursor, end, &field):
            outcome = MALFORMED
        elif field.key == 0x09:
            wall_time = to_double(load_uint64(field.start))
        elif field.key == 0x10:
            step = <int64_t>field.value
        elif field.key == 0x2A:
            inner = field.start
            while inner < field.start + field.length and outcome == DONE:
                if not next_field(&inner, field.start + field.length, &part):
                    outcome = MALFORMED
                elif part.key == 0x0A:
                    outcome = read_value(decoder, &part)
        elif field.key == 0x1A:
            has_file_version = True
        else:
            outcome = read_other(decoder, &field)
    if outcome == MALFORMED:
        drop_points(decoder, first_point, record)
        decoder.blobs.count = first_blob
        decoder.starts_session = False
        decoder.malformed += 1
        return DONE
    if outcome == NO_MEMORY:
        return NO_MEMORY
    decoder.session_step = step
    if decoder.points.count == first_point and decoder.blobs.count == first_blob and not has_file_version:
        decoder.empty += 1
        return DONE
    points = <Point*>decoder.points.items
    for i in range(first_point, decoder.points.count):
        points[i].wall_time = wall_time
        points[i].step = step
    blobs = <Blob*>decoder.blobs.items
    for i in range(first_blob, decoder.blobs.count):
        blobs[i].wall_time = wall_time
        blobs[i].step = step
    return DONE
