# Part of _core.pyx: DirectFile and ScalarFile: records to a file, with one timed write each.

cdef int64_t c_stall = STALL_NANOSECONDS
cdef int64_t c_per_byte = NANOSECONDS_PER_BYTE
cdef int64_t c_slow_sum = SLOW_NANOSECONDS * LAST_WRITES
cdef int64_t c_outlier = OUTLIER_NANOSECONDS
cdef int64_t c_look = LOOK_NANOSECONDS
cdef int c_last_writes = LAST_WRITES
cdef int c_watched_writes = WATCHED_WRITES
cdef int c_stalls_in_a_row = STALLS_IN_A_ROW

cdef enum:
    RING = 16  # at least LAST_WRITES


cdef struct Pace:
    # How quick the disk takes the last writes, each by what it waited; `place` is that of the next one.
    int place
    int64_t sum
    int64_t waits[RING]
    # Stalls since the last quick write.
    int stalls
    # During how many further writes the thread's context switches are counted.
    int watched


cdef bint is_slow(Pace* pace, int64_t size, int64_t nanoseconds, int64_t switches) noexcept nogil:
    """Whether a write shows that the disk is slow; ``switches`` is -1 when nobody counted."""
    cdef int64_t wait = nanoseconds - size * c_per_byte
    cdef bint stalled, slow
    if wait < 0 or switches == 0:
        wait = 0
    stalled = wait > c_stall
    if wait > c_outlier:
        wait = c_outlier
    pace.sum += wait - pace.waits[pace.place]
    pace.waits[pace.place] = wait
    pace.place = pace.place + 1 if pace.place + 1 < c_last_writes else 0
    if not stalled and pace.sum <= c_slow_sum:
        pace.stalls = 0
        if pace.watched:
            pace.watched -= 1
        return False
    pace.stalls += stalled
    slow = pace.watched > 0 and (switches > 0 or not stalled or pace.stalls >= c_stalls_in_a_row)
    pace.watched = c_watched_writes
    pace.sum = 0
    memset(pace.waits, 0, sizeof(pace.waits))
    return slow


cdef class DirectFile:
    """See ``core.DirectFile``."""

    cdef readonly int descriptor
    cdef readonly int64_t records
    cdef readonly object trouble
    cdef object measure
    cdef bint refuses
    cdef int64_t looked
    cdef Pace pace

    def __init__(self, int descriptor, *, bint watches=False, measure=None):
        self.descriptor = descriptor
        self.records = 0
        self.trouble = None
        self.measure = measure
        self.refuses = descriptor < 0
        self.looked = monotonic_nanoseconds() if measure is None else measure(False)[0]
        memset(&self.pace, 0, sizeof(self.pace))
        self.pace.watched = c_watched_writes if watches else 0

    def append(self, bytes record not None):
        """See ``core.DirectFile.append``."""
        return self.write(<const char*>PyBytes_AsString(record), len(record))

    def append_scalar(self, double wall_time, step, tag, value):
        """See ``core.DirectFile.append_scalar``."""
        cdef Record record
        cdef int64_t signed_step = to_step(step)
        record_begin(&record)
        try:
            record_add(&record, tag, value)
            record_finish(&record, wall_time, signed_step)
            return self.write(<const char*>record.start, record.end - record.start)
        finally:
            record_free(&record)

    def release(self):
        """See ``core.DirectFile.release``."""
        cdef int descriptor = self.descriptor
        self.refuses = True
        self.descriptor = -1
        return descriptor

    cdef write(self, const char* data, size_t size):
        cdef int64_t start, end, written = 0, before = 0, after = 0
        cdef int error
        cdef bint unlinked, watches
        while True:
            # Looked at anew after each interruption, since a signal's handler may have changed all of it.
            if self.refuses:
                return Trouble(PyBytes_FromStringAndSize(data, size))
            watches = self.pace.watched > 0
            error = 0
            if self.measure is not None:
                start, before = self.measure(watches)
                unlinked = start > self.looked + c_look and is_unlinked(self.descriptor)
                if not unlinked:
                    written = append_bytes(self.descriptor, data, size, &error)
                end, after = self.measure(watches)
            else:
                with nogil:
                    if watches:
                        before = voluntary_switches()
                    start = monotonic_nanoseconds()
                    unlinked = start > self.looked + c_look and is_unlinked(self.descriptor)
                    if not unlinked:
                        written = append_bytes(self.descriptor, data, size, &error)
                    end = monotonic_nanoseconds()
                    if watches:
                        after = voluntary_switches()
            if error != EINTR:
                break
            # Nothing was written; a signal's handler may raise.
            PyErr_CheckSignals()
        if start > self.looked + c_look:
            self.looked = start
        if written == <int64_t>size:
            self.records += 1
            if not is_slow(&self.pace, size, end - start, after - before if watches and after > 0 else -1):
                return None
        self.refuses = True
        self.trouble = Trouble(PyBytes_FromStringAndSize(data, size), written, error, bool(unlinked))
        return self.trouble


# The clock as it was before anybody put another one in its place, as tests do, and where that one is found at once.
cdef object usual_clock = time.time
cdef dict names_of_time = vars(time)

cdef double now() except? -1:
    if PyDict_GetItem(names_of_time, "time") == <PyObject*>usual_clock:
        return wall_nanoseconds() / 1e9
    return time.time()


@cython.auto_pickle(False)
cdef class ScalarFile:
    """See ``core.ScalarFile``."""

    cdef public DirectFile _direct
    cdef public ReentrantLock _lock

    cdef str write_number(self, tag, value, int64_t step, wall_time):
        """Append the record of a number; what is to be said."""
        cdef Record record
        cdef double seconds = now() if wall_time is None else wall_time
        cdef ReentrantLock lock
        record_begin(&record)
        try:
            record_add(&record, tag, value)
            record_finish(&record, seconds, step)
            # Another thread may change the lock, when it forks, and the file.
            lock = self._lock
            lock.take(-1)
            try:
                trouble = self._direct.write(<const char*>record.start, record.end - record.start)
                return "" if trouble is None else self._resolve(trouble)
            finally:
                lock.let_go()
        finally:
            record_free(&record)
