import { type FormedBatch, layoutBatch, PipelineError, toErrorData, unpackColumns } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { BatchReply, SpilledOutput } from '../thread/protocol.ts'
import type { EndParcel, SpilledShape } from './child-protocol.ts'
import { splitBody } from './write-frame.ts'

/** Brings what a child answered into the batch's slab, or beside it, as a thread would have left it. Never throws. */
export function readEnd({ room: slab, rowCount }: FormedBatch<Slab>, end: EndParcel, body: Uint8Array): BatchReply {
  slab.header.handlerMs = end.handlerMs
  const { reply } = end
  if (reply.kind !== 'done') return reply
  try {
    const { spilled: shape, ...done } = reply
    const pieces = splitBody(body, end.pieceBytes)
    const outputRows = done.parents?.length ?? rowCount
    if (shape !== undefined) return { ...done, spilled: readSpilled(shape, outputRows, pieces) }
    const output = slab.output(outputRows)
    if (output !== undefined && !done.isPassed) unpackColumns(output.layout, output.buffer, outputRows, pieces)
    return done
  } catch (cause) {
    const error = new PipelineError('INTERNAL', 'the answer of a child process could not be read', { cause })
    return { kind: 'failed', error: toErrorData(error, 'INTERNAL') }
  }
}

function readSpilled(
  { fields, capacity }: SpilledShape,
  rowCount: number,
  pieces: readonly Uint8Array[],
): SpilledOutput {
  const layout = layoutBatch(fields, capacity)
  const buffer = new SharedArrayBuffer(layout.byteLength)
  unpackColumns(layout, buffer, rowCount, pieces)
  return { buffer, fields, capacity }
}
