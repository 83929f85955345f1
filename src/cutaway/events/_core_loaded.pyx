# Part of _core.pyx: load, load_contents: what was loaded, as Python has it.


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


cdef object load_all(const Source* sources, size_t count, int64_t largest, int64_t widest, size_t piece, note_piece):
    """All of some files."""
    cdef Loader loader
    cdef size_t i = 0
    cdef Outcome outcome = DONE
    cdef LoadedFile* files = NULL
    cdef Name* lists
    blobs = {}
    memset(&loader, 0, sizeof(Loader))
    loader.piece = piece
    loader.note_piece = NULL if note_piece is None else <PyObject*>note_piece
    prepare_decoder(&loader.decoder)
    prepare_pieces(&loader.pieces)
    loader.scanner.records.item_size = loader.scanner.damage.item_size = sizeof(Span)
    loader.table.item_size = sizeof(Series)
    loader.checksums.item_size = sizeof(int64_t)
    loader.lists.names.item_size = sizeof(Name)
    try:
        files = <LoadedFile*>malloc((count + 1) * sizeof(LoadedFile))
        if files == NULL:
            raise MemoryError
        while i < count and outcome == DONE:
            with nogil:
                while i < count and outcome == DONE:
                    outcome = load_file(&loader, sources + i, largest, widest, files + i)
                    i += 1
                    if files[i - 1].blobs:
                        break
            if outcome == DONE and i and files[i - 1].blobs:
                blobs[i - 1] = blobs_with_metadata(&loader)
        if loader.raised != NULL:
            error = <object>loader.raised
            Py_DECREF(error)
            raise error
        if outcome != DONE:
            raise MemoryError
        lists = <Name*>loader.lists.names.items
        return Loaded(
            copied(<const char*>files, count * sizeof(LoadedFile)).view(FILE),
            copied(loader.table.items, loader.table.count * sizeof(Series)).view(SERIES),
            copied(loader.arena.data, loader.arena.size),
            [read_list(lists + i) for i in range(loader.lists.names.count)],
            copied(loader.checksums.items, loader.checksums.count * sizeof(int64_t)).view(np.int64),
            blobs,
        )
    finally:
        lists = <Name*>loader.lists.names.items
        for i in range(loader.lists.names.count):
            free(<void*>lists[i].start)
        free(loader.lists.names.items)
        free(loader.lists.slots)
        free(loader.list.data)
        free(loader.buffer)
        free(loader.scanner.records.items)
        free(loader.scanner.damage.items)
        free_decoder(&loader.decoder)
        free_columns(&loader.columns)
        free_pieces(&loader.pieces)
        free(loader.table.items)
        free(loader.arena.data)
        free(loader.checksums.items)
        free(files)


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
