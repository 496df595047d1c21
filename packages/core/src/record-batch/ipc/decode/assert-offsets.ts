import { malformed } from './malformed.ts'

/** Offsets must not fall, nor lead outside the `end` bytes or items that they divide. */
export function assertOffsets(offsets: Int32Array, end: number, name: string): void {
  let last = 0
  for (let index = 0; index < offsets.length; index++) {
    const offset = offsets[index]
    if (offset < last) throw malformed(`offsets of column "${name}" fall from ${last} to ${offset}`)
    last = offset
  }
  if (last > end) throw malformed(`column "${name}" ends at ${last} of ${end}`)
}
