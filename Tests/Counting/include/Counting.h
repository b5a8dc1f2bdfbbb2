#ifndef COUNTING_H
#define COUNTING_H

/// Runs `body` as a counted region: what it allocates on this thread is added up, and a profiler can tell its
/// instructions from the rest by this function's name.
void counted_region(void (*body)(void *context), void *context);

/// Ends the measurement that the regions before belong to, and returns how many blocks of memory they asked for. A
/// profiler can write down its own count here, again by the function's name.
long counted_end(void);

#endif
