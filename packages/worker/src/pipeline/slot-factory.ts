import type { AnyStage, StageConfig } from '@redesmyn/core'
import { ChildSlot } from '../child/child-slot.ts'
import { InlineSlot } from '../thread/inline-slot.ts'
import { Slot } from '../thread/slot.ts'
import type { SlotHost } from '../thread/slot-host.ts'
import type { SlotFactory } from '../thread/slot-port.ts'

/** Makes slots of the kind that a stage's isolation asks for. */
export function slotFactory(stage: AnyStage): SlotFactory {
  const { isolation, env, maxHeapMiB } = stage.config
  const hostOf = (slot: number): SlotHost => ({ env: slotEnv(env, slot), maxHeapMiB })
  switch (isolation) {
    case 'inline':
      return (parts) => new InlineSlot(parts, stage.medium && stage)
    case 'thread':
      return (parts) => new Slot(parts, hostOf(parts.data.slot))
    case 'child':
      return (parts) => new ChildSlot(parts, hostOf(parts.data.slot))
  }
}

/** `{slot}` in a value is the slot's number: the device of each, for instance. */
function slotEnv(env: StageConfig['env'], slot: number): SlotHost['env'] {
  const variables = Object.entries(env)
  if (variables.length === 0) return undefined
  return Object.fromEntries(variables.map(([name, value]) => [name, value.replaceAll('{slot}', String(slot))]))
}
