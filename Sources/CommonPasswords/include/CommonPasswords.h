// The list of common passwords as it lies in the binary.
#ifndef PARLEY_COMMON_PASSWORDS_H
#define PARLEY_COMMON_PASSWORDS_H

extern const char parley_common_passwords[];
extern const char parley_common_passwords_end[];

// One password a line, in lower case, sorted by bytes; the last line ends, too.
static inline const char *_Nonnull CommonPasswords_start(void) { return parley_common_passwords; }

// Behind the last byte.
static inline const char *_Nonnull CommonPasswords_end(void) { return parley_common_passwords_end; }

#endif
