import type { SlotParts, SlotPort } from '../thread/slot-port.ts'
import type { StreamReport } from './stream-messages.ts'

/** Brings what a slot's streams came to where their batches are known; a batch that has left the slot is past it. */
export function routeReport(slot: SlotPort, report: StreamReport, onStreams: SlotParts['onStreams']): void {
  for (const { slab, generation, parts } of report.batches) {
    const batch = slot.inFlight.find(({ room }) => room.id === slab && room.generation === generation)
    if (batch !== undefined) onStreams?.(slot, batch, parts)
  }
}
