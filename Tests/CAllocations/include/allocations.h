#include <stdint.h>

/// Allocations that the calling thread has made so far. 0 for ever where they can't be counted: under a sanitizer.
uint64_t steno_allocation_count(void);
