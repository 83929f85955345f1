# Part of _core.pyx: DirectFile: records to a file, with one timed write each.

cdef int64_t c_stall = STALL_NANOSECONDS
cdef int64_t c_slow_sum = SLOW_NANOSECONDS * LAST_WRITES
cdef int64_t c_outlier = OUTLIER_NANOSECONDS
cdef int64_t c_look = LOOK_NANOSECONDS
cdef int c_last_writes = LAST_WRITES

cdef enum:
    RING = 16  # at least LAST_WRITES


cdef class DirectFile:
    """See ``core.DirectFile``."""

    cdef readonly int descriptor
    cdef readonly object trouble
    cdef bint refuses
    cdef int place
    cdef int64_t looked
    cdef int64_t sum
    cdef int64_t durations[RING]

    def __init__(self, int descriptor):
        self.descriptor = descriptor
        self.trouble = None
        self.refuses = descriptor < 0
        self.looked = monotonic_nanoseconds()
        self.sum = 0
        self.place = 0
        memset(self.durations, 0, sizeof(self.durations))

    def append(self, bytes record not None):
        """See ``core.DirectFile.append``."""
        return self.write(<const uint8_t*>PyBytes_AsString(record), len(record))

    def append_scalar(self, double wall_time, step, tag, value):
        """See ``core.DirectFile.append_scalar``."""
        cdef Record record
        cdef int64_t signed_step = to_step(step)
        record_begin(&record)
        try:
            record_add(&record, tag, value)
            record_finish(&record, wall_time, signed_step)
            return self.write(record.start, record.end - record.start)
        finally:
            record_free(&record)

    cdef write(self, const uint8_t* data, size_t size):
        cdef int64_t start, end, counted, written = 0
        cdef int error = 0
        cdef int descriptor = self.descriptor
        cdef int64_t look_at = self.looked + c_look
        cdef bint looks, unlinked = False
        if self.refuses:
            return Trouble(PyBytes_FromStringAndSize(<const char*>data, size))
        while True:
            with nogil:
                start = monotonic_nanoseconds()
                looks = start > look_at
                if looks:
                    unlinked = is_unlinked(descriptor)
                if not unlinked:
                    written = append_bytes(descriptor, data, size, &error)
                end = monotonic_nanoseconds()
            if error != EINTR:
                break
            # Nothing was written; a signal's handler may raise.
            PyErr_CheckSignals()
        if looks:
            self.looked = start
        counted = end - start
        if counted > c_outlier:
            counted = c_outlier
        self.sum += counted - self.durations[self.place]
        self.durations[self.place] = counted
        self.place = self.place + 1 if self.place + 1 < c_last_writes else 0
        if written == <int64_t>size and end - start <= c_stall and self.sum <= c_slow_sum:
            return None
        self.refuses = True
        record = PyBytes_FromStringAndSize(<const char*>data, size)
        self.trouble = Trouble(record, max(written, 0), error, bool(unlinked))
        return self.trouble
