import type { PathParams, StageConfig } from '@redesmyn/core'

/** What calls with these parameters have in common; undefined where they are not known. */
export interface Parametrised {
  readonly params: PathParams | undefined
}

/** Which slot alone may run a group, where the stage asks for that; undefined: any. */
export function homesOf({ affinity, threads }: StageConfig): (group: Parametrised) => number | undefined {
  return affinity ? ({ params }) => (params === undefined ? undefined : homeSlot(params, threads)) : () => undefined
}

export function isAtHome(slot: { readonly number: number }, home: number | undefined): boolean {
  return home === undefined || home === slot.number
}

/** The slot, from 1 on, that calls with these parameters always run in while the stage has so many; undefined: in any. */
export function homeSlot(params: PathParams, slotCount: number): number | undefined {
  const names = Object.keys(params).sort()
  if (names.length === 0) return undefined
  return (hash(JSON.stringify(names.map((name) => [name, params[name]]))) % slotCount) + 1
}

/** FNV-1a, its bits mixed once more so that the last ones differ for texts that differ in their last letter. */
function hash(text: string): number {
  let mixed = 0x811c9dc5
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
