import { type FormedBatch, fromErrorData } from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlotAnswer } from './protocol.ts'

/** Takes a batch out of those that a slot holds. */
export function removeBatch(inFlight: FormedBatch<Slab>[], batch: FormedBatch): void {
  const place = inFlight.findIndex((held) => held === batch)
  if (place >= 0) inFlight.splice(place, 1)
}

/** Takes it back from a slot that has not begun it; undefined where it has, or does not hold it. */
export function revokeBatch(inFlight: FormedBatch<Slab>[], batch: FormedBatch): FormedBatch<Slab> | undefined {
  const held = inFlight.find((candidate) => candidate === batch)
  if (held === undefined || !held.room.revoke()) return undefined
  removeBatch(inFlight, held)
  return held
}

/** Milliseconds that loading a model took. Throws what it failed with. */
export function loadMsOf(answer: SlotAnswer): number {
  if (answer.kind === 'load-failed') throw fromErrorData(answer.error)
  return answer.kind === 'loaded' ? answer.loadMs : 0
}
