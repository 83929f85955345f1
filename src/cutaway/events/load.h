/* Files as a whole, opened to be read without waiting for a writer. */

#ifndef CUTAWAY_LOAD_H
#define CUTAWAY_LOAD_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified; /* Nanoseconds since 1970, as `changed` is. */
    int64_t changed;
} cutaway_status;

/* Whether another thread has set it meanwhile. */
static inline int is_set(const int *flag) { return *(const volatile int *)flag; }

#ifdef _WIN32

static inline int load_open(const char *path, cutaway_status *status)
{
    (void)path;
    (void)status;
    return -1;
}

static inline int load_look(const char *path, cutaway_status *status)
{
    (void)path;
    (void)status;
    return -1;
}

static inline size_t load_read(int descriptor, uint8_t *buffer, size_t wanted)
{
    (void)descriptor;
    (void)buffer;
    (void)wanted;
    return 0;
}

static inline void load_rewind(int descriptor) { (void)descriptor; }

static inline void load_close(int descriptor) { (void)descriptor; }

#else

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __APPLE__
#define CUTAWAY_NANOSECONDS(status, which) \
    ((int64_t)(status).st_##which##timespec.tv_sec * 1000000000 + (status).st_##which##timespec.tv_nsec)
#else
#define CUTAWAY_NANOSECONDS(status, which) \
    ((int64_t)(status).st_##which##tim.tv_sec * 1000000000 + (status).st_##which##tim.tv_nsec)
#endif

static inline void load_status(const struct stat *found, cutaway_status *status)
{
    status->device = (uint64_t)found->st_dev;
    status->inode = (uint64_t)found->st_ino;
    status->size = (int64_t)found->st_size;
    status->modified = CUTAWAY_NANOSECONDS(*found, m);
    status->changed = CUTAWAY_NANOSECONDS(*found, c);
}

/* How a file is, without opening it; -1 where that cannot be found out. */
static inline int load_look(const char *path, cutaway_status *status)
{
    struct stat found;
    if (stat(path, &found) != 0)
        return -1;
    load_status(&found, status);
    return 0;
}

/* A regular file's descriptor; -1 for what cannot be opened, and for anything else. */
static inline int load_open(const char *path, cutaway_status *status)
{
    struct stat found;
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return -1;
    if (fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) {
        close(descriptor);
        return -1;
    }
    load_status(&found, status);
    return descriptor;
}

/* How many bytes were read: fewer than wanted at the file's end, or where it cannot be read. */
static inline size_t load_read(int descriptor, uint8_t *buffer, size_t wanted)
{
    size_t total = 0;
    while (total < wanted) {
        ssize_t count = read(descriptor, buffer + total, wanted - total);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        total += (size_t)count;
    }
    return total;
}

/* Let the next bytes be the first ones again. */
static inline void load_rewind(int descriptor) { (void)lseek(descriptor, 0, SEEK_SET); }

static inline void load_close(int descriptor) { close(descriptor); }

#endif

#endif
