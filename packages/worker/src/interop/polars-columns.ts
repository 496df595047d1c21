import type { HandlerColumns } from '@redesmyn/core'
import type { DataFrame, Series } from 'nodejs-polars'
import type { CopyCounter } from './copy-counter.ts'
import { arrowColumns } from './arrow-columns.ts'
import type { Libraries } from './libraries.ts'

/** Whether a handler returned a frame, of whichever copy of Polars its app has. */
export function isPolarsFrame(value: unknown): value is DataFrame {
  return isObject(value) && typeof value.writeIPCStream === 'function' && typeof value.lazy === 'function'
}

export function isPolarsSeries(value: unknown): value is Series {
  return isObject(value) && '_s' in value && typeof value.toTypedArray === 'function'
}

/** All columns in one call: asking a frame for one column takes Polars longer than writing all of a small one. */
export function polarsColumns(frame: DataFrame, libraries: Libraries, copies: CopyCounter): HandlerColumns {
  const stream = frame.writeIPCStream()
  copies.add('polars', stream.byteLength)
  return arrowColumns(libraries.arrow.tableFromIPC(stream))
}

export function seriesValues(series: Series): ArrayLike<unknown> {
  return series.toArray()
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
