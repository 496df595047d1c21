/** Copies the offsets of rows `from` to `to` so that they go on where those of `row` begin. */
export function rebaseOffsets(
  target: Int32Array,
  row: number,
  source: Int32Array,
  [from, to]: readonly [from: number, to: number],
): void {
  const shift = target[row] - source[from]
  for (let index = from; index < to; index++) target[row + index - from + 1] = source[index + 1] + shift
}
