# Part of _core.pyx: load: wide files, in pieces. Until all of a file was read the points of each tag lie in blocks.

cdef enum:
    # Points of a tag's first block, and at most of one.
    FIRST_ROOM = 4
    MOST_ROOM = 64
    SLAB_BYTES = 4194304

cdef struct Sample:
    int64_t step
    double wall
    double value

# Its samples are behind it.
cdef struct Block:
    Block* following
    size_t count

# The points of one tag, in file order.
cdef struct Growing:
    Block* first
    Block* last
    size_t room  # of the last block
    size_t points
    int32_t name
    bint rounded
    int32_t numbers  # integers beyond float64's, 1, and fractions, 2

# Memory that is given out in small parts, and is free again as a whole.
cdef struct Slabs:
    Array slabs  # char*
    char* place
    size_t left

cdef struct Pieces:
    Slabs samples
    # The names of tags and plug-ins: the buffer has other bytes by the next piece.
    Slabs names
    Array growing
    Array series_of  # int32 for each name: -1 for none
    # SummaryMetadata: the first of each tag, by the number of its name, and that of each blob.
    Arena texts
    Array of_tags  # Span
    Array of_blobs  # Span
    size_t tags
    size_t plugins
    # The checksum of the block at hand, and so many bytes of it: of files as a whole too.
    uint32_t checksum
    size_t checked


cdef void prepare_pieces(Pieces* pieces) noexcept nogil:
    pieces.samples.slabs.item_size = pieces.names.slabs.item_size = sizeof(char*)
    pieces.growing.item_size = sizeof(Growing)
    pieces.series_of.item_size = sizeof(int32_t)
    pieces.of_tags.item_size = pieces.of_blobs.item_size = sizeof(Span)


cdef void free_slabs(Slabs* slabs) noexcept nogil:
    cdef size_t i
    for i in range(slabs.slabs.count):
        free((<char**>slabs.slabs.items)[i])
    slabs.slabs.count = slabs.left = 0


cdef void forget_pieces(Pieces* pieces) noexcept nogil:
    free_slabs(&pieces.samples)
    free_slabs(&pieces.names)
    pieces.growing.count = pieces.series_of.count = pieces.of_tags.count = pieces.of_blobs.count = 0
    pieces.texts.size = 0
    pieces.tags = pieces.plugins = pieces.checked = 0
    pieces.checksum = 0


cdef void free_pieces(Pieces* pieces) noexcept nogil:
    forget_pieces(pieces)
    free(pieces.samples.slabs.items)
    free(pieces.names.slabs.items)
    free(pieces.growing.items)
    free(pieces.series_of.items)
    free(pieces.texts.data)
    free(pieces.of_tags.items)
    free(pieces.of_blobs.items)


cdef void* slab_part(Slabs* slabs, size_t size) noexcept nogil:
    """So many bytes, at a multiple of eight; NULL when there is no memory."""
    cdef char* part
    cdef size_t whole
    cdef char** slab
    size = (size + 7) & ~<size_t>7
    if size > slabs.left:
        whole = max(size, <size_t>SLAB_BYTES)
        part = <char*>malloc(whole)
        if part == NULL:
            return NULL
        slab = <char**>array_add(&slabs.slabs)
        if slab == NULL:
            free(part)
            return NULL
        slab[0] = slabs.place = part
        slabs.left = whole
    part = slabs.place
    slabs.place += size
    slabs.left -= size
    return part


cdef bint own_names(Slabs* slabs, Names* names, size_t* known) noexcept nogil:
    """Copy the names that are new."""
    cdef Name* name
    cdef void* copy
    while known[0] < names.names.count:
        name = <Name*>names.names.items + known[0]
        copy = slab_part(slabs, name.length + 1)
        if copy == NULL:
            return False
        memcpy(copy, name.start, name.length)
        name.start = <const uint8_t*>copy
        known[0] += 1
    return True


cdef bint own_text(Arena* texts, const uint8_t* start, uint64_t length, Span* span) noexcept nogil:
    span.start = texts.size + 8
    span.length = length
    return append_part(texts, start, length)


cdef bint own_texts(Pieces* pieces, Decoder* decoder, uint64_t base) noexcept nogil:
    """Copy what else of the piece is needed later; what is not scalar lies from ``base`` on in the file."""
    cdef Span* metadata = <Span*>decoder.metadata.items
    cdef Span* span
    cdef Blob* blob
    cdef size_t i
    for i in range(decoder.metadata.count):
        if i == pieces.of_tags.count:
            span = <Span*>array_add(&pieces.of_tags)
            if span == NULL:
                return False
            span.length = 0
        span = <Span*>pieces.of_tags.items + i
        if metadata[i].length and not span.length:
            if not own_text(&pieces.texts, decoder.data + metadata[i].start, metadata[i].length, span):
                return False
            # It lies before every record that may still be found to be malformed.
            metadata[i].start = 0
    while pieces.of_blobs.count < decoder.blobs.count:
        blob = <Blob*>decoder.blobs.items + pieces.of_blobs.count
        span = <Span*>array_add(&pieces.of_blobs)
        if span == NULL:
            return False
        if not own_text(&pieces.texts, decoder.data + blob.metadata.start, blob.metadata.length, span):
            return False
        blob.content.start += base
        blob.metadata.start += base if blob.metadata.length else 0
    return True


cdef Sample* new_sample(Pieces* pieces, Growing* series) noexcept nogil:
    cdef Block* block = series.last
    if block == NULL or block.count == series.room:
        series.room = FIRST_ROOM if block == NULL else min(series.room * 2, <size_t>MOST_ROOM)
        block = <Block*>slab_part(&pieces.samples, sizeof(Block) + series.room * sizeof(Sample))
        if block == NULL:
            return NULL
        block.following = NULL
        block.count = 0
        if series.last == NULL:
            series.first = block
        else:
            series.last.following = block
        series.last = block
    block.count += 1
    series.points += 1
    return <Sample*>(block + 1) + (block.count - 1)


cdef Outcome add_samples(Pieces* pieces, Decoder* decoder) noexcept nogil:
    """Put the points of a piece to those of their tags; MALFORMED where there are too many of one."""
    cdef Point* points = <Point*>decoder.points.items
    cdef Wide* wides = <Wide*>decoder.wides.items
    cdef int32_t* number
    cdef Growing* series
    cdef Sample* sample
    cdef double real
    cdef size_t i, next_wide = 0
    while pieces.series_of.count < decoder.tags.names.count:
        number = <int32_t*>array_add(&pieces.series_of)
        if number == NULL:
            return NO_MEMORY
        number[0] = -1
    for i in range(decoder.points.count):
        number = <int32_t*>pieces.series_of.items + points[i].tag
        if number[0] < 0:
            number[0] = <int32_t>pieces.growing.count
            series = <Growing*>array_add(&pieces.growing)
            if series == NULL:
                return NO_MEMORY
            memset(series, 0, sizeof(Growing))
            series.name = points[i].tag
        series = <Growing*>pieces.growing.items + number[0]
        sample = new_sample(pieces, series)
        if sample == NULL:
            return NO_MEMORY
        if series.points > LARGEST_SERIES:
            return MALFORMED
        real = points[i].real
        sample.step, sample.wall, sample.value = points[i].step, points[i].wall_time, real
        series.rounded |= points[i].rounded
        if next_wide < decoder.wides.count and wides[next_wide].point == i:
            series.numbers |= 1
            next_wide += 1
        elif not (real == floor(real) and -9223372036854775808.0 <= real < 9223372036854775808.0):
            series.numbers |= 2
    return DONE


cdef Outcome take_piece(Loader* loader, size_t length, uint64_t base, size_t* consumed) noexcept nogil:
    """Take in the records of the buffer, which lies from ``base`` on in the file; MALFORMED for what is unusual."""
    cdef Decoder* decoder = &loader.decoder
    cdef const uint8_t* data = loader.buffer
    cdef Span* records
    cdef size_t i
    cdef uint64_t settled = 0, searched = 0
    cdef Outcome outcome
    loader.scanner.data = decoder.data = data
    loader.scanner.size = length
    loader.scanner.spent = 0
    loader.scanner.records.count = 0
    decoder.points.count = decoder.wides.count = 0
    if not run_scan(&loader.scanner, False, False, &settled, &searched):
        return NO_MEMORY
    records = <Span*>loader.scanner.records.items
    if loader.scanner.damage.count or settled != searched:
        return MALFORMED
    for i in range(loader.scanner.records.count):
        outcome = read_event(decoder, data + records[i].start, data + records[i].start + records[i].length)
        if outcome != DONE:
            return outcome
        if decoder.starts_session:
            return MALFORMED
    loader.events += loader.scanner.records.count
    consumed[0] = settled
    outcome = add_samples(&loader.pieces, decoder)
    if outcome != DONE:
        return outcome
    if not (
        own_names(&loader.pieces.names, &decoder.tags, &loader.pieces.tags)
        and own_names(&loader.pieces.names, &decoder.plugins, &loader.pieces.plugins)
        and own_texts(&loader.pieces, decoder, base)
    ):
        return NO_MEMORY
    return DONE


cdef void gather(Growing* series, Columns* columns) noexcept nogil:
    """The points of a tag as columns, and nothing else in these."""
    cdef Block* block = series.first
    cdef Sample* samples
    cdef size_t i, place = 0
    while block != NULL:
        samples = <Sample*>(block + 1)
        for i in range(block.count):
            columns.step[place] = samples[i].step
            columns.wall[place] = samples[i].wall
            columns.value[place] = samples[i].value
            place += 1
        block = block.following
    columns.starts[0] = 0
    columns.starts[1] = place
    columns.rounded[0] = series.rounded


cdef Outcome finish_pieces(Loader* loader, LoadedFile* file) noexcept nogil:
    """Put what all pieces have into the tables."""
    cdef Pieces* pieces = &loader.pieces
    cdef Decoder* decoder = &loader.decoder
    cdef Growing* series = <Growing*>pieces.growing.items
    cdef Span* metadata = <Span*>decoder.metadata.items
    cdef size_t i, longest = 0, before = loader.table.count
    for i in range(pieces.growing.count):
        if series[i].numbers == 1:
            file.first_checksum = 0
            return DONE
        longest = max(longest, series[i].points)
    if not room_for_columns(&loader.columns, longest, decoder.tags.names.count + 1):
        return NO_MEMORY
    begin_points(file)
    for i in range(pieces.growing.count):
        gather(series + i, &loader.columns)
        note_times(file, loader.columns.wall, series[i].points)
        file.points += series[i].points
        if not add_series(&loader.table, &loader.arena, &loader.columns, 0):
            return NO_MEMORY
    for i in range(pieces.growing.count):
        loader.columns.name_of[i] = series[i].name
    loader.columns.count = pieces.growing.count
    free_slabs(&pieces.samples)
    for i in range(decoder.metadata.count):
        metadata[i].start = (<Span*>pieces.of_tags.items)[i].start
    decoder.data = <const uint8_t*>pieces.texts.data if pieces.texts.size else NOTHING
    file.names = list_number(loader)
    if file.names < 0:
        return NO_MEMORY
    end_checksums(loader, file)
    note_records(loader, file, before)
    return DONE


cdef bint note_piece_of(Loader* loader) noexcept with gil:
    """Call the function that is told of each piece; False, and the exception is kept, where it raises one, as in the
    main thread after Ctrl-C."""
    try:
        (<object>loader.note_piece)()
    except BaseException as error:
        Py_INCREF(error)
        loader.raised = <PyObject*>error
        return False
    return True


cdef Outcome load_pieces(Loader* loader, int descriptor, size_t piece, LoadedFile* file) noexcept nogil:
    """Load a wide file from its start."""
    cdef size_t consumed = 0, length = 0, read = 0, wanted
    cdef size_t size = file.size, first = loader.checksums.count
    cdef Outcome outcome = DONE
    forget_file(loader)
    forget_pieces(&loader.pieces)
    loader.events = 0
    load_rewind(descriptor)
    while outcome == DONE and read < size:
        wanted = min(piece, size - read)
        if not room_for(loader, length + wanted):
            return NO_MEMORY
        # What becomes shorter in the meantime is another file.
        if load_read(descriptor, loader.buffer + length, wanted) < wanted:
            outcome = MALFORMED
            break
        if not add_checksums(loader, loader.buffer + length, wanted):
            return NO_MEMORY
        length += wanted
        read += wanted
        outcome = take_piece(loader, length, read - length, &consumed)
        length -= consumed
        memmove(loader.buffer, loader.buffer + consumed, length)
        consumed = 0
        if loader.note_piece != NULL and not note_piece_of(loader):
            return NO_MEMORY
    if outcome == DONE and not length:
        file.first_checksum = first
        outcome = finish_pieces(loader, file)
    free_slabs(&loader.pieces.samples)
    if file.outcome != LOADED:
        loader.checksums.count = first
    return NO_MEMORY if outcome == NO_MEMORY else DONE
