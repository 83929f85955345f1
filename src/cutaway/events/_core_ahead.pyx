# Part of _core.pyx: AheadLoader: files that are loaded while Python does something else, such as to import NumPy.


@cython.auto_pickle(False)
cdef class AheadLoader:
    """See ``early.AheadLoader``."""

    cdef int _stopped
    # Bytes that may still be read.
    cdef int64_t _left

    def __init__(self, int64_t most):
        self._left = most

    def stop(self):
        """See ``early.AheadLoader``."""
        self._stopped = 1

    def load(self, list groups not None, int64_t largest):
        """See ``early.AheadLoader``."""
        cdef size_t number, i, length, group_count = len(groups)
        cdef const char** paths
        cdef size_t* ends = <size_t*>malloc((group_count + 1) * sizeof(size_t))
        cdef Group** opened = <Group**>malloc((group_count + 1) * sizeof(Group*))
        length = sum(map(len, groups))
        paths = <const char**>malloc((length + 1) * sizeof(char*))
        cdef RawFiles raw
        cdef Loader loader
        prepare_loader(&loader, 8388608)
        found = []
        try:
            if ends == NULL or opened == NULL or paths == NULL:
                raise MemoryError
            i = 0
            for number in range(group_count):
                raw = RawFiles()
                opened[number] = raw.with_room(len(groups[number]))
                for path in groups[number]:
                    paths[i] = PyBytes_AsString(path)
                    i += 1
                ends[number] = i
                found.append(raw)
            with nogil:
                for number in range(group_count):
                    i = ends[number - 1] if number else 0
                    load_group(
                        &loader, opened[number], paths + i, ends[number] - i, largest, &self._left, &self._stopped
                    )
            return found
        finally:
            free_loader(&loader)
            free(ends)
            free(opened)
            free(paths)


cdef void load_group(
    Loader* loader, Group* group, const char** paths, size_t count, int64_t largest, int64_t* left, const int* stopped
) noexcept nogil:
    """Load files until no bytes are left, or until it is to stop; what each has is taken off."""
    cdef LoadedFile* file
    cdef Source source
    memset(&source, 0, sizeof(Source))
    while group.count < count and left[0] > 0 and not is_set(stopped):
        file = group.files + group.count
        source.path = paths[group.count]
        if load_file(loader, &source, largest, 0, file) != DONE:
            # Without memory for it there is none for more.
            left[0] = 0
            break
        if file.outcome == LOADED:
            left[0] -= file.size
            if file.blobs:
                file.outcome = OTHERS
        group.count += 1
    take_tables(group, loader)
