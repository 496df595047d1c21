/** The `index`-th of `count` shares of a run's parts, counted from 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/**
 * Reads `3/8`, which a scheduler that counts from 0 writes as `2+1/8`: it can put its number in, but not add to it.
 * Undefined for what is no shard.
 */
export function parseShard(text: string): Shard | undefined {
  const match = /^(0|[1-9]\d{0,4})(\+1)?\/([1-9]\d{0,4})$/.exec(text)
  if (match === null) return undefined
  const [, number, plusOne, count] = match
  const shard = { index: Number(number) + (plusOne === undefined ? 0 : 1), count: Number(count) }
  return shard.index >= 1 && shard.index <= shard.count ? shard : undefined
}
