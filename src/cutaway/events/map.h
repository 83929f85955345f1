/* A file's bytes in memory, without keeping the file open. */

#ifndef CUTAWAY_MAP_H
#define CUTAWAY_MAP_H

#include "load.h"

#ifdef _WIN32

static inline void *map_open(const char *path, size_t *size)
{
    (void)path;
    *size = 0;
    return NULL;
}

static inline void map_let_go(void *data, size_t size)
{
    (void)data;
    (void)size;
}

static inline void map_close(void *data, size_t size)
{
    (void)data;
    (void)size;
}

#else

#include <sys/mman.h>

/* NULL with the error in errno, or with a size of 0 for a file that is empty. */
static inline void *map_open(const char *path, size_t *size)
{
    cutaway_status status;
    void *data = NULL;
    int error, descriptor;
    *size = 1;
    errno = ENODEV; /* For everything but a regular file. */
    descriptor = load_open(path, &status);
    if (descriptor < 0)
        return NULL;
    *size = (size_t)status.size;
    if (*size) {
        data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (data == MAP_FAILED)
            data = NULL;
    }
    error = errno;
    load_close(descriptor);
    errno = error;
    return data;
}

/* The pages need not stay with the process: what is asked for again comes from the file. */
static inline void map_let_go(void *data, size_t size) { (void)madvise(data, size, MADV_DONTNEED); }

static inline void map_close(void *data, size_t size) { (void)munmap(data, size); }

#endif

#endif
