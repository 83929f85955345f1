/* Large pieces of memory in large pages, where the system has them: 4 KiB at a time, a system takes as long to give
   the memory of a file as a core takes to decode it. */

#ifndef CUTAWAY_LARGE_PAGES_H
#define CUTAWAY_LARGE_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

/* Bytes of a piece from which on it is worth a call: no piece of a batch of 8 MiB is as large, whose memory is that of
   the batch before it. */
#define CUTAWAY_LARGE ((size_t)12 << 20)
/* No system has smaller pages that are larger. */
#define CUTAWAY_PAGE ((uintptr_t)64 << 10)

#if defined(__GNUC__)
#define CUTAWAY_SELDOM __attribute__((noinline, cold))
#else
#define CUTAWAY_SELDOM
#endif

/* As `realloc`. What calls it seldom, and adds a number each time, stays small enough to be part of its caller. */
CUTAWAY_SELDOM static void *large_realloc(void *old, size_t size)
{
    void *memory = realloc(old, size);
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (memory != NULL && size >= CUTAWAY_LARGE) {
        uintptr_t first = ((uintptr_t)memory + CUTAWAY_PAGE - 1) & ~(CUTAWAY_PAGE - 1);
        uintptr_t last = ((uintptr_t)memory + size) & ~(CUTAWAY_PAGE - 1);
        /* A wish: where it is not granted, the memory is the same. */
        (void)madvise((void *)first, last - first, MADV_HUGEPAGE);
    }
#endif
    return memory;
}

#endif
