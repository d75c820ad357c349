// Which instruction sets a kernel is compiled for. The loader picks once, when the program
// starts; elsewhere (NEON, other systems) the compiler's own vectors for the base set are used.
#pragma once

#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_INSTRUCTION_SET \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_INSTRUCTION_SET
#endif
