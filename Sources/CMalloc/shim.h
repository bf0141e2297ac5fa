#ifndef STENO_CMALLOC_H
#define STENO_CMALLOC_H
#include <stddef.h>
#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

/* glibc's mallopt(3), whose names Swift's module map of glibc leaves out; other C libraries have no such settings.
   Thresholds are bytes. */
static inline void steno_malloc_tune(int mmap_threshold, int trim_threshold, int arenas) {
#if defined(M_MMAP_THRESHOLD) && defined(M_TRIM_THRESHOLD) && defined(M_ARENA_MAX)
  (void)mallopt(M_MMAP_THRESHOLD, mmap_threshold);
  (void)mallopt(M_TRIM_THRESHOLD, trim_threshold);
  (void)mallopt(M_ARENA_MAX, arenas);
#else
  (void)mmap_threshold;
  (void)trim_threshold;
  (void)arenas;
#endif
}

/* memmem(3), which glibc declares for GNU sources alone: where `part` first lies in `bytes`, or a null pointer. */
extern void *memmem(const void *bytes, size_t count, const void *part, size_t part_count);

static inline const void *steno_find(
    const void *bytes, size_t count, const void *part, size_t part_count) {
  return memmem(bytes, count, part, part_count);
}
#endif
