import type { FormedBatch, PipelineError } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlotLoss } from './slot-port.ts'

/** Sorts what a lost slot held, and takes back what it had not begun. */
export function slotLoss(held: readonly FormedBatch<Slab>[], error: PipelineError): SlotLoss {
  const notBegun: FormedBatch<Slab>[] = []
  const begun: FormedBatch<Slab>[] = []
  for (const batch of held) (batch.room.revoke() ? notBegun : begun).push(batch)
  return { error, begun, notBegun }
}
