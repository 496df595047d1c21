import { Slot } from '../thread/slot.ts'
import type { SlotParts, SlotPort } from '../thread/slot-port.ts'

/** A slot of the kind that the stage's isolation asks for. */
export function createSlot(parts: SlotParts): SlotPort {
  return new Slot(parts)
}
