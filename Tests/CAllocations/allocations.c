// Counts a thread's allocations by standing in front of glibc's allocator: symbols of the executable come first.
#include "allocations.h"
#include <errno.h>
#include <stddef.h>

static _Thread_local uint64_t count;

uint64_t steno_allocation_count(void) { return count; }

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return count++, __libc_malloc(size); }

void *calloc(size_t number, size_t size) { return count++, __libc_calloc(number, size); }

void *realloc(void *memory, size_t size) { return count++, __libc_realloc(memory, size); }

void *aligned_alloc(size_t alignment, size_t size) { return count++, __libc_memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  count++;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
#endif
