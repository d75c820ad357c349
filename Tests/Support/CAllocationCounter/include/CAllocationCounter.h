// Counts the calling thread's allocations, for tests that claim there are none. Works with glibc,
// where a program may replace malloc by its own; elsewhere nothing is counted.
#pragma once

#include <stdbool.h>
#include <stdint.h>

bool espalier_can_count_allocations(void);
int64_t espalier_allocation_count(void);
