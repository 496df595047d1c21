import type { NumericColumn } from '@redesmyn/core'

interface IntegerRange {
  readonly least: number
  /** The first that is too great. */
  readonly end: number
}

/** The whole numbers that tensors of integers hold. */
const ranges: Readonly<Record<string, IntegerRange>> = Object.freeze({
  int8: { least: -128, end: 128 },
  int16: { least: -(2 ** 15), end: 2 ** 15 },
  int32: { least: -(2 ** 31), end: 2 ** 31 },
  int64: { least: -(2 ** 63), end: 2 ** 63 },
  uint8: { least: 0, end: 256 },
  uint16: { least: 0, end: 2 ** 16 },
  uint32: { least: 0, end: 2 ** 32 },
  uint64: { least: 0, end: 2 ** 64 },
  bool: { least: 0, end: 2 },
})

/** The same column for a tensor of this type: values that it cannot hold are told by row, and are zero. */
export function soundNumbers(
  type: string,
  column: NumericColumn,
  rowCount: number,
  onUnsound: (row: number, value: number | bigint) => void,
): NumericColumn {
  if (!Object.hasOwn(ranges, type)) return column
  const { least, end } = ranges[type]
  const { values, width } = column
  const isSound = (value: number | bigint): boolean =>
    value >= least && value < end && (typeof value === 'bigint' || Number.isInteger(value))
  const unsound: number[] = []
  for (let index = 0; index < rowCount * width; index++) if (!isSound(values[index])) unsound.push(index)
  if (unsound.length === 0) return column
  for (const index of unsound) onUnsound(Math.floor(index / width), values[index])
  const changed = new Set(unsound)
  const sound = Array.from({ length: rowCount * width }, (_, index) => (changed.has(index) ? 0 : Number(values[index])))
  return { ...column, values: sound }
}
