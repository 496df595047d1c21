import type { Builder, Offset } from 'flatbuffers'
import { align } from '../../layout.ts'
import type { BodyPlan } from './plan-body.ts'

/**
 * Table RecordBatch: length, nodes, buffers. `offsets` says where each buffer begins in the body; by default on the
 * next multiple of 64 behind the one before.
 */
export function encodeRecordBatch(
  builder: Builder,
  rowCount: number,
  plan: BodyPlan,
  offsets: readonly number[] = packedOffsets(plan),
): Offset {
  const nodes = encodePairs(
    builder,
    plan.nodes.map(({ length, nullCount }) => [length, nullCount] as const),
  )
  const buffers = encodePairs(
    builder,
    plan.buffers.map(({ byteLength }, index) => [offsets[index], byteLength] as const),
  )
  builder.startObject(5)
  builder.addFieldInt64(0, BigInt(rowCount), 0n)
  builder.addFieldOffset(1, nodes, 0)
  builder.addFieldOffset(2, buffers, 0)
  return builder.endObject()
}

function packedOffsets({ buffers }: BodyPlan): number[] {
  let end = 0
  return buffers.map(({ byteLength }) => {
    const offset = end
    end += align(byteLength)
    return offset
  })
}

/** A vector of structs of two longs; flatbuffers are written back to front. */
function encodePairs(builder: Builder, pairs: readonly (readonly [number, number])[]): Offset {
  builder.startVector(16, pairs.length, 8)
  for (const [first, second] of pairs.toReversed()) {
    builder.prep(8, 16)
    builder.writeInt64(BigInt(second))
    builder.writeInt64(BigInt(first))
  }
  return builder.endVector()
}
