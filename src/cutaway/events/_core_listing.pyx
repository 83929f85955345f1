# Part of _core.pyx: list_directories: what is in some directories.

cdef extern from "listing.h" nogil:
    ctypedef struct Directory "cutaway_directory":
        pass
    cdef enum:
        LISTING_END, LISTING_FAILED, LISTING_DIRECTORY, LISTING_LINKED_DIRECTORY, LISTING_OTHER, LISTING_UNKNOWN
    Directory* listing_open(const char* path, uint64_t* device, uint64_t* inode, int* has_identity, int* error)
    int listing_next(Directory* directory, const char** name, int* error)
    int listing_look(Directory* directory, const char* name)
    void listing_close(Directory* directory)
    bint listing_wants(const char* name, const char** parts, size_t count)

cdef struct Listed:
    uint64_t device
    uint64_t inode
    int has_identity
    int error
    # Its entries are those from the one before's end up to here.
    size_t end

cdef struct Lister:
    const char** parts
    size_t part_count
    # A byte for the kind of each entry, then its name and a zero.
    char* entries
    size_t size
    size_t capacity


cdef bint add_entry(Lister* lister, int kind, const char* name) noexcept nogil:
    cdef size_t length = strlen(name) + 1, capacity
    cdef char* entries
    if lister.size + 1 + length > lister.capacity:
        capacity = max(lister.capacity * 2, lister.size + 1 + length)
        entries = <char*>realloc(lister.entries, capacity)
        if entries == NULL:
            return False
        lister.entries, lister.capacity = entries, capacity
    lister.entries[lister.size] = <char>kind
    memcpy(lister.entries + lister.size + 1, name, length)
    lister.size += 1 + length
    return True


cdef bint list_one(Lister* lister, const char* path, Listed* listed) noexcept nogil:
    """Take in the entries of one directory; False when there is no memory."""
    cdef const char* name = NULL
    cdef size_t before = lister.size
    cdef int kind = LISTING_END
    cdef bint has_room = True
    cdef Directory* directory = listing_open(
        path, &listed.device, &listed.inode, &listed.has_identity, &listed.error
    )
    while directory != NULL and has_room:
        kind = listing_next(directory, &name, &listed.error)
        if kind == LISTING_END or kind == LISTING_FAILED:
            break
        if kind == LISTING_UNKNOWN:
            kind = listing_look(directory, name)
        if kind == LISTING_OTHER and not listing_wants(name, lister.parts, lister.part_count):
            continue
        if kind == LISTING_DIRECTORY or kind == LISTING_LINKED_DIRECTORY or kind == LISTING_OTHER:
            has_room = add_entry(lister, kind, name)
    if directory != NULL:
        listing_close(directory)
    if listed.error:
        lister.size = before
    listed.end = lister.size
    return has_room


cdef object listing_of(Lister* lister, Listed* listed, size_t at):
    """The entries of a directory that begin at some byte."""
    cdef size_t length
    cdef char kind
    directories, links, files = [], [], []
    while at < listed.end:
        kind = lister.entries[at]
        length = strlen(lister.entries + at + 1)
        name = PyUnicode_DecodeFSDefaultAndSize(lister.entries + at + 1, length)
        at += length + 2
        if kind == LISTING_DIRECTORY:
            directories.append(name)
        elif kind == LISTING_LINKED_DIRECTORY:
            links.append(name)
        else:
            files.append(name)
    # Most directories have an entry or two.
    if len(directories) > 1:
        directories.sort()
    if len(links) > 1:
        links.sort()
    if len(files) > 1:
        files.sort()
    identity = (listed.device, listed.inode) if listed.has_identity else None
    return Listing(listed.error, identity, directories, links, files)


def list_directories(list paths not None, list parts not None):
    """See ``early.list_directories``."""
    cdef Lister lister
    cdef size_t count = len(paths), i, at
    cdef const char** names = NULL
    cdef Listed* listed = NULL
    cdef bint has_room = True
    if sys.platform == "win32":
        from cutaway.events._pure_listing import list_directories as in_python

        return in_python(paths, parts)
    memset(&lister, 0, sizeof(Lister))
    lister.part_count = len(parts)
    try:
        names = <const char**>malloc((count + 1) * sizeof(char*))
        lister.parts = <const char**>malloc((lister.part_count + 1) * sizeof(char*))
        listed = <Listed*>calloc(count + 1, sizeof(Listed))
        if names == NULL or lister.parts == NULL or listed == NULL:
            raise MemoryError
        for i in range(count):
            names[i] = PyBytes_AsString(paths[i])
        for i in range(lister.part_count):
            lister.parts[i] = PyBytes_AsString(parts[i])
        with nogil:
            for i in range(count):
                has_room = list_one(&lister, names[i], listed + i)
                if not has_room:
                    break
        if not has_room:
            raise MemoryError
        found, at = [], 0
        for i in range(count):
            found.append(listing_of(&lister, listed + i, at))
            at = listed[i].end
        return found
    finally:
        free(names)
        free(lister.parts)
        free(listed)
        free(lister.entries)
