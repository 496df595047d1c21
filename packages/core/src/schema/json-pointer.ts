/** The pointer of a member of what `pointer` names. */
export function pointerTo(pointer: string, member: string | number): string {
  if (typeof member === 'number') return `${pointer}/${member}`
  return `${pointer}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
