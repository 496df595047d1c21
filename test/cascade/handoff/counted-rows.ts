/** Rows of `Given`, each with its own number. */
export function countedRows(count: number) {
  return Array.from({ length: count }, (_, id) => ({
    id,
    x: id / 7,
    small: 0.5,
    big: BigInt(id),
    isOdd: id % 2 === 1,
    text: `t${id}`,
    note: null,
    parts: [id],
  }))
}

/** As JSON has it: small 64-bit integers as numbers. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part)))
}
