/* Directories of this machine, entry by entry. */

#ifndef CUTAWAY_LISTING_H
#define CUTAWAY_LISTING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What an entry is; a link is what it leads to. */
enum {
    LISTING_END,
    LISTING_FAILED,
    LISTING_DIRECTORY,
    LISTING_LINKED_DIRECTORY,
    LISTING_OTHER,
    /* Only a look at it tells. */
    LISTING_UNKNOWN,
    LISTING_GONE,
};

#ifdef _WIN32

typedef void cutaway_directory;

static inline cutaway_directory *listing_open(
    const char *path, uint64_t *device, uint64_t *inode, int *has_identity, int *error)
{
    (void)path, (void)device, (void)inode, (void)has_identity, (void)error;
    return NULL;
}

static inline int listing_next(cutaway_directory *directory, const char **name, int *error)
{
    (void)directory, (void)name, (void)error;
    return LISTING_FAILED;
}

static inline int listing_look(cutaway_directory *directory, const char *name)
{
    (void)directory, (void)name;
    return LISTING_GONE;
}

static inline void listing_close(cutaway_directory *directory) { (void)directory; }

#else

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

typedef DIR cutaway_directory;

/* An open directory; NULL with an error. `has_identity`: whether it is known which one it is. */
static inline cutaway_directory *listing_open(
    const char *path, uint64_t *device, uint64_t *inode, int *has_identity, int *error)
{
    struct stat status;
    DIR *directory = opendir(path);
    *error = directory == NULL ? errno : 0;
    *has_identity = (directory == NULL ? stat(path, &status) : fstat(dirfd(directory), &status)) == 0;
    if (*has_identity) {
        *device = (uint64_t)status.st_dev;
        *inode = (uint64_t)status.st_ino;
    }
    return directory;
}

/* The next entry, without a look at it. */
static inline int listing_next(cutaway_directory *directory, const char **name, int *error)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(directory);
        if (entry == NULL) {
            *error = errno;
            return errno ? LISTING_FAILED : LISTING_END;
        }
    } while (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    *name = entry->d_name;
#ifdef DT_UNKNOWN
    if (entry->d_type == DT_DIR)
        return LISTING_DIRECTORY;
    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return LISTING_OTHER;
#endif
    return LISTING_UNKNOWN;
}

/* What an entry is that has to be looked at. */
static inline int listing_look(cutaway_directory *directory, const char *name)
{
    struct stat status;
    int is_link;
    if (fstatat(dirfd(directory), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return LISTING_GONE;
    is_link = S_ISLNK(status.st_mode);
    if (is_link && fstatat(dirfd(directory), name, &status, 0) != 0)
        return LISTING_GONE;
    if (!S_ISDIR(status.st_mode))
        return LISTING_OTHER;
    return is_link ? LISTING_LINKED_DIRECTORY : LISTING_DIRECTORY;
}

static inline void listing_close(cutaway_directory *directory) { closedir(directory); }

#endif

/* Whether a name has one of some parts in it. */
static inline int listing_wants(const char *name, const char **parts, size_t count)
{
    size_t i;
    for (i = 0; i < count; i++)
        if (strstr(name, parts[i]) != NULL)
            return 1;
    return 0;
}

#endif
