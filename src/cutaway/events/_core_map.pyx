# Part of _core.pyx: MappedFile: a file's bytes in memory, without keeping the file open.

cdef extern from "map.h" nogil:
    void* map_open(const char* path, size_t* size)
    void map_let_go(void* data, size_t size)
    void map_close(void* data, size_t size)

cdef extern from "Python.h":
    int PyBuffer_FillInfo(Py_buffer* view, object exporter, void* data, Py_ssize_t size, int is_readonly, int flags) except -1
    object PyErr_SetFromErrnoWithFilenameObject(object error, object path)


cdef class MappedFile:
    """See ``core.MappedFile``."""

    cdef void* data
    cdef size_t size

    def __cinit__(self, bytes path not None):
        cdef const char* name = PyBytes_AsString(path)
        with nogil:
            self.data = map_open(name, &self.size)
        if self.data == NULL:
            if not self.size:
                raise ValueError("an empty file cannot be mapped")
            PyErr_SetFromErrnoWithFilenameObject(OSError, path)

    def __dealloc__(self):
        if self.data != NULL:
            map_close(self.data, self.size)

    def __getbuffer__(self, Py_buffer* view, int flags):
        PyBuffer_FillInfo(view, self, self.data, self.size, 1, flags)

    def let_go(self):
        """See ``core.MappedFile``."""
        map_let_go(self.data, self.size)


if sys.platform == "win32":
    from cutaway.events._pure_map import map_file
else:
    def map_file(bytes path not None):
        """See ``core.map_file``."""
        return MappedFile(path)
