// Assembled and not compiled: an array of 110 kB in source text takes the compiler seconds.
// To be touched when common-passwords.txt changes: the build does not know of the file.
    .section .rodata
    .globl parley_common_passwords
    .globl parley_common_passwords_end
parley_common_passwords:
    .incbin "common-passwords.txt"
parley_common_passwords_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
