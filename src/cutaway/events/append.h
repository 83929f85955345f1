/* One write to a file that is open for appending, timed. */

#ifndef CUTAWAY_APPEND_H
#define CUTAWAY_APPEND_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#ifdef _WIN32
#include <io.h>
#else
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

/* Nanoseconds of a clock that nobody sets. */
static inline int64_t monotonic_nanoseconds(void)
{
    struct timespec now;
#ifdef _WIN32
    timespec_get(&now, TIME_UTC);
#else
    clock_gettime(CLOCK_MONOTONIC, &now);
#endif
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Nanoseconds since 1970. */
static inline int64_t wall_nanoseconds(void)
{
    struct timespec now;
#ifdef _WIN32
    timespec_get(&now, TIME_UTC);
#else
    clock_gettime(CLOCK_REALTIME, &now);
#endif
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* How often this thread has given up the processor to wait for something; 0 where nobody counts that. */
static inline int64_t voluntary_switches(void)
{
#ifdef RUSAGE_THREAD
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nvcsw : 0;
#else
    return 0;
#endif
}

/* How many bytes were written: all of them, unless there is an `error`. */
static inline int64_t append_bytes(int descriptor, const char *data, size_t size, int *error)
{
    size_t total = 0;
    *error = 0;
    while (total < size) {
#ifdef _WIN32
        size_t rest = size - total;
        int64_t written = _write(descriptor, data + total, rest > 0x40000000 ? 0x40000000 : (unsigned)rest);
#else
        int64_t written = write(descriptor, data + total, size - total);
#endif
        if (written > 0) {
            total += (size_t)written;
        } else if (written == 0) {
            *error = EIO;
            break;
        } else if (errno != EINTR || total == 0) {
            /* Interrupted within a record: its rest comes before anything that a signal's handler may write. */
            *error = errno;
            break;
        }
    }
    return (int64_t)total;
}

/* Whether the file has no name any more. An open file can't lose its name on Windows. */
static inline int is_unlinked(int descriptor)
{
#ifdef _WIN32
    (void)descriptor;
    return 0;
#else
    struct stat status;
    return fstat(descriptor, &status) == 0 && status.st_nlink == 0;
#endif
}

#endif
