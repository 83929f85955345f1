# Part of _core.pyx: ReentrantLock: a lock that the kernel takes in no time where nobody else has it.
#
# Who has it is a number that changes with the interpreter's lock held, or within a critical section where there is none.
# Only those who wait do so at a lock of the system's: the gate, which is opened for one of them.

cdef extern from "pythread.h" nogil:
    ctypedef void* PyThread_type_lock
    ctypedef enum PyLockStatus:
        PY_LOCK_ACQUIRED
        PY_LOCK_INTR
    PyThread_type_lock PyThread_allocate_lock()
    void PyThread_free_lock(PyThread_type_lock gate)
    PyLockStatus PyThread_acquire_lock_timed(PyThread_type_lock gate, long long microseconds, int interruptible)
    void PyThread_release_lock(PyThread_type_lock gate)
    unsigned long PyThread_get_thread_ident()

# The longest that a lock can be waited for, in seconds; the limit of every platform is beyond it.
cdef double MOST_SECONDS = 1e6


cdef class ReentrantLock:
    """See ``core.ReentrantLock``."""

    # The thread that has it, and how often; nobody where that is 0.
    cdef unsigned long owner
    cdef size_t count
    cdef PyThread_type_lock gate
    cdef bint is_open
    cdef size_t waiting

    def __cinit__(self):
        self.gate = PyThread_allocate_lock()
        if self.gate == NULL:
            raise MemoryError
        PyThread_acquire_lock_timed(self.gate, -1, 0)

    def __dealloc__(self):
        if self.gate != NULL:
            if not self.is_open:
                PyThread_release_lock(self.gate)
            PyThread_free_lock(self.gate)

    cdef inline bint is_owned(self) noexcept:
        return self.count > 0 and self.owner == PyThread_get_thread_ident()

    cdef inline bint try_take(self) noexcept:
        cdef unsigned long here = PyThread_get_thread_ident()
        cdef bint is_taken
        with cython.critical_section(self):
            is_taken = not self.count or self.owner == here
            if is_taken:
                self.owner = here
                self.count += 1
        return is_taken

    cdef inline void let_go(self) noexcept:
        """By the thread that has it."""
        with cython.critical_section(self):
            self.count -= 1
            if not self.count and self.waiting and not self.is_open:
                self.is_open = True
                PyThread_release_lock(self.gate)

    cdef inline bint take(self, double timeout) except -1:
        """Wait for so many seconds, without end where that is negative; whether it was to be had."""
        return self.try_take() or self.wait(timeout)

    cdef bint wait(self, double timeout) except -1:
        """``take`` where another thread has it. A signal's handler may come in between, and may raise."""
        cdef PyLockStatus status
        cdef int64_t deadline = monotonic_nanoseconds() + <int64_t>(timeout * 1e9)
        cdef int64_t rest = -1
        with cython.critical_section(self):
            self.waiting += 1
        try:
            while not self.try_take():
                if timeout >= 0:
                    rest = (deadline - monotonic_nanoseconds()) // 1000
                    if rest <= 0:
                        return False
                with nogil:
                    status = PyThread_acquire_lock_timed(self.gate, rest, 1)
                if status == PY_LOCK_ACQUIRED:
                    with cython.critical_section(self):
                        self.is_open = False
                elif status == PY_LOCK_INTR:
                    PyErr_CheckSignals()
            return True
        finally:
            with cython.critical_section(self):
                self.waiting -= 1

    def acquire(self, bint blocking=True, double timeout=-1):
        """See ``threading.RLock``."""
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if timeout > MOST_SECONDS:
            raise OverflowError("timeout value is too large")
        return self.take(timeout if blocking else 0)

    def release(self):
        """See ``threading.RLock``."""
        if not self.is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        self.let_go()

    def __enter__(self):
        return self.take(-1)

    def __exit__(self, kind, error, traceback):
        self.release()

    # What `threading.Condition` calls.

    def _is_owned(self):
        return self.is_owned()

    def _release_save(self):
        cdef size_t count = self.count
        if not self.is_owned():
            raise RuntimeError("cannot release un-acquired lock")
        self.count = 1
        self.let_go()
        return count

    def _acquire_restore(self, size_t count):
        self.take(-1)
        self.count = count
