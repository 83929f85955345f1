# Part of _core.pyx: load, load_contents: files as a whole, from their paths or their bytes to tables of the kernel's.

cdef extern from "load.h" nogil:
    ctypedef struct FileStatus "cutaway_status":
        uint64_t device
        uint64_t inode
        int64_t size
        int64_t modified
        int64_t changed
    int load_open(const char* path, FileStatus* status)
    int load_look(const char* path, FileStatus* status)
    size_t load_read(int descriptor, uint8_t* buffer, size_t wanted)
    void load_rewind(int descriptor)
    void load_close(int descriptor)
    bint is_set(const int* flag)

cdef enum:
    # Bytes of a larger file that its first record is looked for in.
    FIRST_BYTES = 4096
    # Bytes of a larger file that say whether it is wide: whether it has fewer points of each tag than `FEW_POINTS`.
    WIDE_BYTES = 262144
    FEW_POINTS = 128
    CHECKED_BLOCK = 1048576
    # Bytes that are read at a time of a file that is decoded as a whole.
    STEP_BYTES = 262144

# As tables.py has them.
cdef enum FileOutcome:
    LOADED, LARGE, LEFT, OTHERS

# As `FILE` of tables.py has it.
cdef struct LoadedFile:
    int64_t outcome
    uint64_t device
    uint64_t inode
    int64_t size
    int64_t modified
    int64_t changed
    int64_t has_first
    double first_wall_time
    int64_t names
    int64_t first_series
    int64_t series
    int64_t points
    double first_point
    double last_point
    int64_t highest_step
    int64_t not_finite
    int64_t events
    int64_t malformed
    int64_t empty
    int64_t first_checksum
    int64_t checksum
    int64_t blobs

# One file: the path of one of this machine, or what one holds that was read elsewhere.
cdef struct Source:
    const char* path  # NULL: the bytes are there
    const uint8_t* data
    size_t size

cdef struct Loader:
    uint8_t* buffer
    size_t capacity
    # Bytes of a file that are read at a time, at the most, and the records of a wide one so far.
    size_t piece
    PyObject* note_piece  # NULL for none
    PyObject* raised  # what that raised
    int64_t events
    Pieces pieces
    Scanner scanner
    Decoder decoder
    Columns columns
    Array table
    Arena arena
    Array checksums
    # The lists of tags with their metadata, each once, as bytes of the loader's own.
    Names lists
    # Of the file at hand.
    Arena list


cdef void forget_names(Names* names) noexcept nogil:
    names.names.count = 0
    if names.slot_count > 1024:
        free(names.slots)
        names.slots = NULL
        names.slot_count = 0
    elif names.slots != NULL:
        memset(names.slots, 0, names.slot_count * sizeof(int32_t))


cdef void forget_file(Loader* loader) noexcept nogil:
    """Begin with another file, in the memory of those before it."""
    loader.scanner.records.count = loader.scanner.damage.count = 0
    loader.scanner.spent = 0
    loader.decoder.points.count = loader.decoder.blobs.count = loader.decoder.wides.count = 0
    loader.decoder.metadata.count = loader.decoder.following.count = 0
    loader.decoder.last_tag = 0
    loader.decoder.malformed = loader.decoder.empty = 0
    loader.decoder.starts_session = False
    forget_names(&loader.decoder.tags)
    forget_names(&loader.decoder.plugins)


cdef bint wall_time_of(const uint8_t* cursor, const uint8_t* end, double* wall_time) noexcept nogil:
    """The wall time of an event, 0 where it says none; False for a malformed one."""
    cdef Field field
    wall_time[0] = 0
    while cursor < end:
        if not next_field(&cursor, end, &field):
            return False
        if field.key == 0x09:
            wall_time[0] = to_double(load_uint64(field.start))
            return True
    return True


cdef bint append_part(Arena* arena, const uint8_t* start, uint64_t length) noexcept nogil:
    """Put a length, then so many bytes, at the arena's end."""
    cdef size_t needed = arena.size + 8 + length
    cdef char* data
    if needed > arena.capacity:
        data = <char*>large_realloc(arena.data, needed * 2)
        if data == NULL:
            return False
        arena.data = data
        arena.capacity = needed * 2
    memcpy(arena.data + arena.size, &length, 8)
    memcpy(arena.data + arena.size + 8, start, length)
    arena.size = needed
    return True


cdef int64_t list_number(Loader* loader) noexcept nogil:
    """The number of the file's list of tags with their metadata; -1 when there is no memory."""
    cdef Decoder* decoder = &loader.decoder
    cdef Name* names = <Name*>decoder.tags.names.items
    cdef Span* metadata = <Span*>decoder.metadata.items
    cdef Name* known
    cdef size_t i, before = loader.lists.names.count
    cdef int32_t name, number
    cdef uint64_t start, length
    cdef uint8_t* copy
    loader.list.size = 0
    for i in range(loader.columns.count):
        name = loader.columns.name_of[i]
        start = length = 0
        if <size_t>name < decoder.metadata.count:
            start, length = metadata[name].start, metadata[name].length
        if not append_part(&loader.list, names[name].start, names[name].length):
            return -1
        if not append_part(&loader.list, decoder.data + start, length):
            return -1
    number = intern_name(
        &loader.lists, <const uint8_t*>loader.list.data if loader.list.size else NOTHING, loader.list.size
    )
    if number >= 0 and loader.lists.names.count > before:
        known = <Name*>loader.lists.names.items + number
        copy = <uint8_t*>malloc(loader.list.size + 1)
        if copy == NULL:
            # The bytes are the next file's, so that the list must not be found again.
            loader.lists.names.count -= 1
            return -1
        memcpy(copy, known.start, loader.list.size)
        known.start = copy
    return number


cdef void begin_points(LoadedFile* file) noexcept nogil:
    file.first_point, file.last_point = INFINITY, -INFINITY


cdef void note_times(LoadedFile* file, const double* wall, size_t count) noexcept nogil:
    """Note the finite ones of some points' wall times."""
    cdef size_t i
    for i in range(count):
        if isfinite(wall[i]):
            file.first_point = wall[i] if wall[i] < file.first_point else file.first_point
            file.last_point = wall[i] if wall[i] > file.last_point else file.last_point


cdef void note_columns(LoadedFile* file, const Columns* columns, const Series* table, size_t before) noexcept nogil:
    """Note the wall times of the points of all series, the last ones of the table; those that ascend are known by their
    ends."""
    cdef size_t i
    cdef double ends[2]
    cdef const Series* series
    begin_points(file)
    for i in range(columns.count):
        series = &table[before + i]
        if series.wall_ascending and isfinite(series.first_wall_time) and isfinite(series.last_wall_time):
            ends[0], ends[1] = series.first_wall_time, series.last_wall_time
            note_times(file, ends, 2)
        else:
            note_times(file, columns.wall + columns.starts[i], columns.starts[i + 1] - columns.starts[i])


cdef void note_records(Loader* loader, LoadedFile* file, size_t before) noexcept nogil:
    """What the file's series, the last ones of the table, say together, and what else there is to say of a file that
    was read to its end."""
    cdef size_t i
    cdef const Series* table = <Series*>loader.table.items
    file.first_series, file.series = before, loader.table.count - before
    for i in range(before, loader.table.count):
        file.not_finite += table[i].has_not_finite
        if i == before or table[i].highest_step > file.highest_step:
            file.highest_step = table[i].highest_step
    file.events = loader.events
    file.malformed, file.empty, file.blobs = loader.decoder.malformed, loader.decoder.empty, loader.decoder.blobs.count
    file.outcome = LOADED


cdef bint add_checksums(Loader* loader, const uint8_t* data, size_t length) noexcept nogil:
    """Go on with the checksums of the file's blocks."""
    cdef Pieces* pieces = &loader.pieces
    cdef int64_t* whole
    cdef size_t some
    while length:
        some = min(length, <size_t>CHECKED_BLOCK - pieces.checked)
        pieces.checksum = crc32c_continued(pieces.checksum, data, some)
        pieces.checked += some
        data += some
        length -= some
        if pieces.checked == CHECKED_BLOCK:
            whole = <int64_t*>array_add(&loader.checksums)
            if whole == NULL:
                return False
            whole[0] = pieces.checksum
            pieces.checksum = 0
            pieces.checked = 0
    return True


cdef void end_checksums(Loader* loader, LoadedFile* file) noexcept nogil:
    """Note the checksum of the file's last block."""
    file.checksum = loader.pieces.checksum if loader.pieces.checked else 0


cdef bint room_for(Loader* loader, size_t wanted) noexcept nogil:
    cdef uint8_t* buffer
    if wanted > loader.capacity:
        buffer = <uint8_t*>large_realloc(loader.buffer, wanted)
        if buffer == NULL:
            return False
        loader.buffer = buffer
        loader.capacity = wanted
    return True


cdef bint is_wide(Loader* loader, size_t length, int64_t size) noexcept nogil:
    """Whether a file of so many bytes, whose beginning is in the buffer, has few points of each of its tags there, and,
    if it goes on like that, in all no more of any than a table takes."""
    cdef Decoder* decoder = &loader.decoder
    cdef Span* records
    cdef uint64_t consumed = 0, searched = 0
    cdef size_t i, tags, points
    forget_file(loader)
    loader.scanner.data = decoder.data = loader.buffer
    loader.scanner.size = length
    if not run_scan(&loader.scanner, False, False, &consumed, &searched):
        return False
    records = <Span*>loader.scanner.records.items
    for i in range(loader.scanner.records.count):
        if read_event(
            decoder, loader.buffer + records[i].start, loader.buffer + records[i].start + records[i].length
        ) != DONE:
            return False
    # Tags of a record that is not an event are among the names.
    tags, points = decoder.tags.names.count, decoder.points.count
    if decoder.malformed or points >= FEW_POINTS * tags:
        return False
    return <double>points * size <= <double>LARGEST_SERIES * tags * length


cdef Outcome load_path(
    Loader* loader, const char* path, int64_t largest, int64_t widest, LoadedFile* file
) noexcept nogil:
    """Take a file's status, and load it; of one that is too large look at the first record."""
    cdef FileStatus status
    cdef size_t wanted
    cdef int descriptor
    cdef Outcome outcome = NO_MEMORY
    file.outcome = LEFT
    descriptor = load_open(path, &status)
    if descriptor < 0:
        return DONE
    file.device, file.inode, file.size = status.device, status.inode, status.size
    file.modified, file.changed = status.modified, status.changed
    if status.size <= largest:
        if room_for(loader, status.size):
            outcome = load_data(loader, descriptor, loader.buffer, status.size, file)
    else:
        wanted = min(status.size, <int64_t>(WIDE_BYTES if status.size <= widest else FIRST_BYTES))
        if room_for(loader, wanted):
            outcome = load_large(loader, descriptor, wanted, status.size <= widest, file)
    load_close(descriptor)
    return outcome


cdef Outcome load_large(
    Loader* loader, int descriptor, size_t wanted, bint may_be_wide, LoadedFile* file
) noexcept nogil:
    """Look at so many bytes of a file's beginning, and load it where it is wide."""
    # What becomes shorter in the meantime is another file.
    if load_read(descriptor, loader.buffer, wanted) < wanted:
        return DONE
    may_be_wide = may_be_wide and is_wide(loader, wanted, file.size)
    # The first record lies within what was looked at; a piece may be smaller than what is in front of it.
    forget_file(loader)
    if not note_first(loader, loader.buffer, wanted, file):
        return NO_MEMORY
    if not file.has_first:
        return DONE
    if may_be_wide:
        return load_pieces(loader, descriptor, loader.piece, file)
    file.outcome = LARGE
    return DONE


cdef Outcome load_file(
    Loader* loader, const Source* source, int64_t largest, int64_t widest, LoadedFile* file
) noexcept nogil:
    """Load one file; whatever is unusual leaves it to those who can read all."""
    cdef size_t first = loader.checksums.count
    cdef Outcome outcome
    memset(file, 0, sizeof(LoadedFile))
    loader.pieces.of_blobs.count = loader.pieces.checked = 0
    loader.pieces.checksum = 0
    if source.path != NULL:
        outcome = load_path(loader, source.path, largest, widest, file)
    else:
        file.size = source.size
        outcome = load_data(loader, -1, source.data, source.size, file)
    if file.outcome != LOADED:
        loader.checksums.count = first
    return outcome


cdef bint note_first(Loader* loader, const uint8_t* data, size_t length, LoadedFile* file) noexcept nogil:
    """Look at the first valid record; False when there is no memory."""
    cdef uint64_t start = HEADER_BYTES, payload = 0, consumed = 0, searched = 0
    cdef double wall_time = 0
    cdef Span* records
    if not crc32c_record(data, length, &payload):
        loader.scanner.data = data
        loader.scanner.size = length
        if not run_scan(&loader.scanner, False, False, &consumed, &searched):
            return False
        if not loader.scanner.records.count:
            return True
        records = <Span*>loader.scanner.records.items
        start, payload = records.start, records.length
    if wall_time_of(data + start, data + start + payload, &wall_time):
        file.has_first = True
        file.first_wall_time = wall_time
    return True


cdef Outcome load_data(
    Loader* loader, int descriptor, const uint8_t* data, size_t length, LoadedFile* file
) noexcept nogil:
    """Take in all of a file of so many bytes, which are there, or are read to where ``data`` is: the loader's buffer.

    Some of them are read and decoded at a time, so that they are still in the core's own cache.
    """
    cdef Decoder* decoder = &loader.decoder
    cdef size_t i, before = loader.table.count, first = loader.checksums.count
    cdef size_t there = 0, at = 0, step, most = min(loader.piece, <size_t>STEP_BYTES)
    cdef uint64_t payload = 0
    cdef int64_t events = 0
    cdef Outcome outcome = DONE
    file.outcome = LEFT
    if not length:
        return DONE
    forget_file(loader)
    decoder.data = data
    while there < length:
        # Where a step was not enough for one record, all the rest comes at once, so that damage is looked at twice.
        step = length - there if there and at + most <= there else min(most, length - there)
        # What becomes shorter in the meantime is another file.
        if descriptor >= 0 and load_read(descriptor, loader.buffer + there, step) < step:
            return DONE
        if not add_checksums(loader, data + there, step):
            return NO_MEMORY
        there += step
        # Each record is decoded as soon as its checksum was looked at.
        while at < there and crc32c_record(data + at, there - at, &payload):
            if not at and not note_first(loader, data, there, file):
                return NO_MEMORY
            outcome = read_event(decoder, data + at + HEADER_BYTES, data + at + HEADER_BYTES + payload)
            if outcome != DONE:
                return outcome
            if decoder.starts_session:
                return DONE
            at += payload + FRAME_BYTES
            events += 1
    if not at and not note_first(loader, data, length, file):
        return NO_MEMORY
    if at < length or not file.has_first:
        return DONE
    if not group_columns(decoder, &loader.columns):
        return NO_MEMORY
    if decoder.wides.count and has_integers(decoder, &loader.columns):
        return DONE
    for i in range(loader.columns.count):
        if loader.columns.starts[i + 1] - loader.columns.starts[i] > LARGEST_SERIES:
            return DONE
    for i in range(loader.columns.count):
        if not add_series(&loader.table, &loader.arena, &loader.columns, i):
            return NO_MEMORY
    file.names = list_number(loader)
    if file.names < 0:
        return NO_MEMORY
    file.first_checksum = first
    end_checksums(loader, file)
    file.points = decoder.points.count
    note_columns(file, &loader.columns, <Series*>loader.table.items, before)
    loader.events = events
    note_records(loader, file, before)
    return DONE
