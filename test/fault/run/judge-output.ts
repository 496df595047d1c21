import type { OutputState } from './read-output.ts'

/** What is wrong with an output that must be whole, beside one that nothing disturbed. */
export function judgeWhole(received: OutputState, expected: OutputState): readonly string[] {
  const missing = [...expected.parts.keys()].filter((part) => !received.parts.has(part))
  return [
    ...missing.map((part) => `part ${part} is missing`),
    ...received.temporary.map((path) => `"${path}" was left behind`),
    ...[...received.loose.keys()].map((path) => `"${path}" is in no record`),
    ...(received.isComplete ? [] : ['there is no _SUCCESS']),
    ...judgeBegun(received, expected),
  ]
}

/** What must hold whenever nobody writes, however the run ended: what has a name that is not temporary is whole. */
export function judgeBegun(received: OutputState, expected: OutputState): readonly string[] {
  const whole = new Set([...expected.parts.values()].flat())
  const strange = [...received.parts.keys()].filter((part) => !expected.parts.has(part))
  const other = [...received.parts].filter(([part, digests]) => {
    return expected.parts.has(part) && expected.parts.get(part)?.join() !== digests.join()
  })
  const cut = [...received.loose].filter(([, digest]) => !whole.has(digest))
  return [
    ...strange.map((part) => `part ${part} is one too many`),
    ...other.map(([part]) => `part ${part} has other bytes`),
    ...cut.map(([path]) => `"${path}" can be seen and is not whole`),
    ...received.broken.map((record) => `part ${record}`),
  ]
}
