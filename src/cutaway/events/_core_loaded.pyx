# Part of _core.pyx: load, load_contents: what was loaded, as Python has it; changed_files: what it is no longer.


cdef object copied(const char* data, size_t size):
    """uint8[size]: bytes that are kept."""
    array = kept_bytes(size)
    cdef uint8_t[::1] view = array
    if size:
        with nogil:
            memcpy(&view[0], data, size)
    return array


cdef tuple blobs_with_metadata(Loader* loader):
    """What is not scalar, and the first SummaryMetadata of each key."""
    cdef Decoder* decoder = &loader.decoder
    cdef Blob* blobs = <Blob*>decoder.blobs.items
    cdef Span* texts = <Span*>loader.pieces.of_blobs.items
    cdef int64_t start, length
    cdef size_t i
    # By where it lies in a file that was read in pieces.
    places = {blobs[i].metadata.start: texts[i].start for i in range(loader.pieces.of_blobs.count)}
    found = group_blobs(decoder)
    metadata = []
    for start, length in found.metadata_spans():
        start = places.get(start, start)
        metadata.append(PyBytes_FromStringAndSize(<const char*>decoder.data + start, length))
    return found, metadata


cdef object read_list(Name* name):
    """The tags of a list, and the metadata of those that have any."""
    cdef const uint8_t* at = name.start
    cdef const uint8_t* end = at + name.length
    cdef uint64_t length
    cdef list tags = []
    cdef dict metadata = {}
    while at < end:
        memcpy(&length, at, 8)
        tag = PyUnicode_DecodeUTF8(<const char*>at + 8, length, "replace")
        tags.append(tag)
        at += 8 + length
        memcpy(&length, at, 8)
        if length:
            metadata[tag] = PyBytes_FromStringAndSize(<const char*>at + 8, length)
        at += 8 + length
    return TagNames(tuple(tags), metadata)


cdef void prepare_loader(Loader* loader, size_t piece) noexcept nogil:
    memset(loader, 0, sizeof(Loader))
    loader.piece = piece
    prepare_decoder(&loader.decoder)
    prepare_pieces(&loader.pieces)
    loader.scanner.records.item_size = loader.scanner.damage.item_size = sizeof(Span)
    prepare_tables(loader)


cdef void prepare_tables(Loader* loader) noexcept nogil:
    """Begin with empty ones."""
    memset(&loader.table, 0, sizeof(Array))
    memset(&loader.arena, 0, sizeof(Arena))
    memset(&loader.checksums, 0, sizeof(Array))
    memset(&loader.lists, 0, sizeof(Names))
    loader.table.item_size = sizeof(Series)
    loader.checksums.item_size = sizeof(int64_t)
    loader.lists.names.item_size = sizeof(Name)


cdef void free_loader(Loader* loader) noexcept nogil:
    """All but the tables, which are somebody else's by now."""
    free(loader.list.data)
    free(loader.buffer)
    free(loader.scanner.records.items)
    free(loader.scanner.damage.items)
    free_decoder(&loader.decoder)
    free_columns(&loader.columns)
    free_pieces(&loader.pieces)


# Files that were loaded together: their facts, and the tables of a loader.

cdef struct Group:
    # As many as were read.
    LoadedFile* files
    size_t count
    Array table
    Arena arena
    Array checksums
    Names lists


cdef void take_tables(Group* group, Loader* loader) noexcept nogil:
    """Leave the loader with empty ones."""
    group.table, group.arena = loader.table, loader.arena
    group.checksums, group.lists = loader.checksums, loader.lists
    prepare_tables(loader)


@cython.auto_pickle(False)
cdef class RawFiles:
    """See ``early.RawFiles``."""

    cdef Group group
    # By the places of the files that have any.
    cdef dict blobs

    def __cinit__(self):
        self.blobs = {}
        memset(&self.group, 0, sizeof(Group))

    def __dealloc__(self):
        cdef Name* lists = <Name*>self.group.lists.names.items
        cdef size_t i
        for i in range(self.group.lists.names.count):
            free(<void*>lists[i].start)
        free(lists)
        free(self.group.lists.slots)
        free(self.group.table.items)
        free(self.group.arena.data)
        free(self.group.checksums.items)
        free(self.group.files)

    cdef Group* with_room(self, size_t count) except NULL:
        """For so many files."""
        self.group.files = <LoadedFile*>malloc((count + 1) * sizeof(LoadedFile))
        if self.group.files == NULL:
            raise MemoryError
        return &self.group

    def loaded(self):
        """See ``early.RawFiles``."""
        cdef Group* group = &self.group
        cdef Name* lists = <Name*>group.lists.names.items
        cdef size_t i
        if np is None:
            connect()
        return Loaded(
            copied(<const char*>group.files, group.count * sizeof(LoadedFile)).view(FILE),
            copied(group.table.items, group.table.count * sizeof(Series)).view(SERIES),
            copied(group.arena.data, group.arena.size),
            [read_list(lists + i) for i in range(group.lists.names.count)],
            copied(group.checksums.items, group.checksums.count * sizeof(int64_t)).view(np.int64),
            self.blobs,
        )

    def large(self):
        """See ``early.RawFiles``."""
        cdef LoadedFile* file
        cdef size_t i
        found = []
        for i in range(self.group.count):
            file = self.group.files + i
            if file.outcome == LARGE:
                found.append((i, f"{file.device}/{file.inode}", file.size, file.modified))
        return found


cdef object load_all(const Source* sources, size_t count, int64_t largest, int64_t widest, size_t piece, note_piece):
    """All of some files."""
    cdef RawFiles raw = RawFiles()
    cdef Group* group = raw.with_room(count)
    cdef Loader loader
    cdef size_t i = 0
    cdef Outcome outcome = DONE
    cdef LoadedFile* files = group.files
    prepare_loader(&loader, piece)
    loader.note_piece = NULL if note_piece is None else <PyObject*>note_piece
    try:
        while i < count and outcome == DONE:
            with nogil:
                while i < count and outcome == DONE:
                    outcome = load_file(&loader, sources + i, largest, widest, files + i)
                    i += 1
                    if files[i - 1].blobs:
                        break
            if outcome == DONE and i and files[i - 1].blobs:
                raw.blobs[i - 1] = blobs_with_metadata(&loader)
    finally:
        take_tables(group, &loader)
        free_loader(&loader)
    if loader.raised != NULL:
        error = <object>loader.raised
        Py_DECREF(error)
        raise error
    if outcome != DONE:
        raise MemoryError
    group.count = count
    return raw.loaded()


def load(list paths not None, int64_t largest, int64_t widest=0, int64_t piece=8388608, note_piece=None):
    """See ``core.load``."""
    cdef size_t count = len(paths), i
    cdef Source* sources = <Source*>calloc(count + 1, sizeof(Source))
    if sources == NULL:
        raise MemoryError
    try:
        for i in range(count):
            sources[i].path = PyBytes_AsString(paths[i])
        return load_all(sources, count, largest, widest, max(piece, 1), note_piece)
    finally:
        free(sources)


def load_contents(list contents not None):
    """See ``core.load_contents``."""
    cdef size_t count = len(contents), held = 0, i
    cdef Source* sources = <Source*>calloc(count + 1, sizeof(Source))
    cdef Py_buffer* views = <Py_buffer*>calloc(count + 1, sizeof(Py_buffer))
    try:
        if sources == NULL or views == NULL:
            raise MemoryError
        for i in range(count):
            PyObject_GetBuffer(contents[i], views + i, PyBUF_SIMPLE)
            held += 1
            sources[i].data = <const uint8_t*>views[i].buf
            sources[i].size = views[i].len
        return load_all(sources, count, 0, 0, 8388608, None)
    finally:
        for i in range(held):
            PyBuffer_Release(views + i)
        free(views)
        free(sources)


def changed_files(list paths not None, files not None):
    """See ``core.changed_files``."""
    cdef size_t count = len(paths), changed_count = 0, i
    cdef const uint8_t[::1] rows = files.view(np.uint8)
    cdef const LoadedFile* file
    cdef FileStatus status
    cdef const char** names = NULL
    cdef size_t* changed = NULL
    if rows.shape[0] != <Py_ssize_t>(count * sizeof(LoadedFile)):
        raise ValueError(f"files must have a row for each of {count} paths, not {len(files)}")
    if not count:
        return []
    try:
        names = <const char**>malloc((count + 1) * sizeof(char*))
        changed = <size_t*>malloc((count + 1) * sizeof(size_t))
        if names == NULL or changed == NULL:
            raise MemoryError
        for i in range(count):
            names[i] = PyBytes_AsString(paths[i])
        with nogil:
            for i in range(count):
                file = (<const LoadedFile*>&rows[0]) + i
                if not (
                    load_look(names[i], &status) == 0
                    and status.device == file.device
                    and status.inode == file.inode
                    and status.size == file.size
                    and status.modified == file.modified
                    and status.changed == file.changed
                ):
                    changed[changed_count] = i
                    changed_count += 1
        return [changed[i] for i in range(changed_count)]
    finally:
        free(names)
        free(changed)
