#include "Counting.h"

#include <errno.h>
#include <stddef.h>

static __thread int is_counting;
static __thread long allocations;

__attribute__((noinline)) void counted_region(void (*body)(void *context), void *context) {
    is_counting = 1;
    body(context);
    is_counting = 0;
    // Not the last call, which the compiler could turn into a jump: the profiler needs to see the return.
    __asm__ volatile("" ::: "memory");
}

__attribute__((noinline)) long counted_end(void) {
    long count = allocations;
    allocations = 0;
    __asm__ volatile("" ::: "memory");
    return count;
}

#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)

// The program's own definitions take the place of the library's, for the library itself and for everyone else.

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    allocations += is_counting;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations += is_counting;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    allocations += is_counting;
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    allocations += is_counting;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations += is_counting;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    allocations += is_counting;
    void *made = __libc_memalign(alignment, size);
    if (made == NULL) return ENOMEM;
    *block = made;
    return 0;
}

#endif
