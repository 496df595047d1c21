import { type BatchLayout, type Field, layoutBatch } from '@redesmyn/core'
import type { SlabShape } from '../thread/protocol.ts'
import { slabHeaderBytes } from './slab-header.ts'

/** Where a slab's parts are: header, inputs with room before them, room for outputs, facts about the batch. */
export interface SlabLayout {
  /** Ends where the inputs begin: written there, the messages of an Arrow stream make them one, without a copy. */
  readonly head: SlabPart
  readonly input: BatchLayout
  /** `undefined` where the outputs' types are not known before the handler ran. */
  readonly output: BatchLayout | undefined
  /** Text: see batch-facts.ts. */
  readonly facts: SlabPart
  /** Of the whole slab, header included. */
  readonly byteLength: number
}

export interface SlabPart {
  readonly byteOffset: number
  readonly byteLength: number
}

const alignmentBytes = 64
/** Bytes of an Arrow stream's messages: what they take at least, and for every column and child of one. */
const headBytesPerBatch = 512
const headBytesPerField = 256
/** An id of 36 letters and its separator for every row, and something for parameters, model and queries. */
const factsBytesPerRow = 37
const factsBytesPerBatch = 475
/** Facts that need more go in a message: a batch of very many rows rarely has as many requests. */
const maxFactsBytes = 64 * 1024

/** Both sides of a thread boundary compute the same layout from the same shape. */
export function layoutSlab(shape: SlabShape): SlabLayout {
  const head = { byteOffset: slabHeaderBytes, byteLength: headBytes(shape.input) }
  const input = layoutBatch(shape.input, shape.inputCapacity, endOf(head))
  const output = layoutOutput(shape, endOf(input))
  const facts = { byteOffset: endOf(output ?? input), byteLength: factsBytes(shape.inputCapacity.rows) }
  return { head, input, output, facts, byteLength: facts.byteOffset + facts.byteLength }
}

function layoutOutput({ output, outputCapacity }: SlabShape, byteOffset: number): BatchLayout | undefined {
  if (output === undefined || outputCapacity === undefined) return undefined
  return layoutBatch(output, outputCapacity, byteOffset)
}

function endOf(layout: SlabPart): number {
  return layout.byteOffset + layout.byteLength
}

function factsBytes(rows: number): number {
  const bytes = Math.min(rows * factsBytesPerRow + factsBytesPerBatch, maxFactsBytes)
  return align(bytes)
}

function headBytes(fields: readonly Field[]): number {
  return align(headBytesPerBatch + fields.reduce((sum, field) => sum + fieldHeadBytes(field), 0))
}

/** Names are short as a rule; where one is not, the stream is put together elsewhere. */
function fieldHeadBytes({ type }: Field): number {
  const children =
    type.kind === 'struct' ? type.fields : type.kind === 'list' || type.kind === 'fixed-list' ? [type.item] : []
  return headBytesPerField + children.reduce((sum, child) => sum + fieldHeadBytes(child), 0)
}

function align(bytes: number): number {
  return Math.ceil(bytes / alignmentBytes) * alignmentBytes
}
