import { stat } from 'node:fs/promises'
import type { FormatName, SourceFormat } from '../../../../packages/cascade/dist/source/source-format.js'

/** Files of text that are cut every `partBytes`: what a plan asks of a format, and no more. */
export const byteFormat: SourceFormat = {
  name: 'ndjson',
  describe: async (path) => {
    const { size, mtimeMs } = await stat(path)
    return {
      path,
      byteLength: size,
      modifiedMs: mtimeMs,
      rowCount: undefined,
      groups: undefined,
      columns: [{ name: 'id', type: { kind: 'float', bits: 64 }, isNullable: false }],
      compression: 'none',
    }
  },
  split: ({ byteLength }, { partBytes }) =>
    Array.from({ length: Math.ceil(byteLength / partBytes) }, (_, index) => ({
      kind: 'bytes',
      start: index * partBytes,
      end: Math.min(byteLength, (index + 1) * partBytes),
      firstRow: undefined,
      rowCount: undefined,
    })),
  read: () => {
    throw new Error('a plan reads no rows')
  },
}

export const byteFormats = {
  ofName: async (): Promise<SourceFormat> => byteFormat,
  ofFile: (path: string): FormatName => (path.endsWith('.csv') ? 'csv' : 'ndjson'),
}
