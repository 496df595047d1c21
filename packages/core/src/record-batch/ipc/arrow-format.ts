/** Numbers of the Arrow columnar format, as its flatbuffers schemas define them. */

/** Before every message since format 0.15: tells a length that follows from one that stands alone. */
export const continuationMarker = -1

export const metadataVersion = { v4: 3, v5: 4 } as const

export const messageHeader = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const

export const arrowType = {
  null: 1,
  int: 2,
  floatingPoint: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const

export const floatPrecision = { half: 0, single: 1, double: 2 } as const

export const dateUnit = { day: 0, millisecond: 1 } as const

export const timeUnit = { second: 0, millisecond: 1, microsecond: 2, nanosecond: 3 } as const

/** By number. */
export const compressionCodecs: readonly string[] = ['lz4', 'zstd']
