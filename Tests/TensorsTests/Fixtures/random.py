#!/usr/bin/env python3
"""Prints the first numbers of xoshiro256** whose state is SplitMix64's first four, for seed 1."""
M = (1 << 64) - 1


def splitmix(x):
    while True:
        x = (x + 0x9E3779B97F4A7C15) & M
        z = x
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & M
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB & M
        yield z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (64 - k))) & M


mixer = splitmix(1)
s = [next(mixer) for _ in range(4)]
for _ in range(4):
    print(hex(rotl(s[1] * 5 & M, 7) * 9 & M))
    t = s[1] << 17 & M
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotl(s[3], 45)
