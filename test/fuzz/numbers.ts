// Numbers at the edges of what programs count with.

export const EDGES: readonly bigint[] = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  255n,
  256n,
  2n ** 15n,
  2n ** 16n - 1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
]
