import type { ColumnType } from '@redesmyn/core'

/** What a format string of Arrow's C data interface says of a column whose buffers are those of ours. */
export type KnownFormat =
  | { readonly kind: 'fixed'; readonly type: ColumnType; readonly bits: number }
  | { readonly kind: 'bytes'; readonly type: ColumnType }
  /** The children tell the types inside. */
  | { readonly kind: 'parent'; readonly type: ColumnType }

const unknownItem = { name: 'item', type: { kind: 'bool' }, isNullable: true } as const

const formats: Readonly<Record<string, KnownFormat>> = {
  b: { kind: 'fixed', type: { kind: 'bool' }, bits: 1 },
  c: int(8, true),
  C: int(8, false),
  s: int(16, true),
  S: int(16, false),
  i: int(32, true),
  I: int(32, false),
  l: int(64, true),
  L: int(64, false),
  f: { kind: 'fixed', type: { kind: 'float', bits: 32 }, bits: 32 },
  g: { kind: 'fixed', type: { kind: 'float', bits: 64 }, bits: 64 },
  u: { kind: 'bytes', type: { kind: 'utf8' } },
  z: { kind: 'bytes', type: { kind: 'binary' } },
  '+l': { kind: 'parent', type: { kind: 'list', item: unknownItem } },
  '+m': { kind: 'parent', type: { kind: 'list', item: unknownItem } },
  '+s': { kind: 'parent', type: { kind: 'struct', fields: [] } },
}

const fixedListPrefix = '+w:'
const millisecondsPrefix = 'tsm:'

/** `undefined` for every other format. */
export function typeOfFormat(format: string): KnownFormat | undefined {
  if (format.startsWith(millisecondsPrefix)) return { kind: 'fixed', type: { kind: 'timestamp' }, bits: 64 }
  if (format.startsWith(fixedListPrefix)) {
    const size = Number(format.slice(fixedListPrefix.length))
    return { kind: 'parent', type: { kind: 'fixed-list', size, item: unknownItem } }
  }
  return Object.hasOwn(formats, format) ? formats[format] : undefined
}

function int(bits: 8 | 16 | 32 | 64, isSigned: boolean): KnownFormat {
  return { kind: 'fixed', type: { kind: 'int', bits, isSigned, as: bits === 64 ? 'bigint' : 'number' }, bits }
}
