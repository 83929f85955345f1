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

/* How many bytes were written; -1 on failure, with the reason in `error`. */
static inline int64_t append_bytes(int descriptor, const void *data, size_t size, int *error)
{
#ifdef _WIN32
    int64_t written = _write(descriptor, data, size > 0x40000000 ? 0x40000000 : (unsigned)size);
#else
    int64_t written = write(descriptor, data, size);
#endif
    *error = written < 0 ? errno : 0;
    return written;
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
