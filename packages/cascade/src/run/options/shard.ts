/** The `index`-th of `count` shares of a run's parts, counted from 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Reads `3/8`; undefined for what is no shard. */
export function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text)
  if (match === null) return undefined
  const [, index, count] = match
  const shard = { index: Number(index), count: Number(count) }
  return shard.index <= shard.count ? shard : undefined
}
