/**
 * Which members a key belongs to, best first, by rendezvous hashing: every member gets a score for the key, and the highest
 * wins. A key keeps its place while members stay the same, in any process; a member that comes takes its fair share of the
 * keys and no other key moves; those of one that goes are spread over all that are left.
 */
export function rankMembers(key: string, members: readonly string[]): readonly string[] {
  return members
    .map((member) => ({ member, score: rendezvousScore(key, member) }))
    .sort((a, b) => b.score - a.score || (a.member < b.member ? -1 : 1))
    .map(({ member }) => member)
}

/** 0 to 2³² - 1, evenly spread over keys and over members. */
export function rendezvousScore(key: string, member: string): number {
  // Mixed once between them, or keys and members that differ in their last letters only would get scores near each other.
  return mix(hashOf(member, mix(hashOf(key, offsetBasis))))
}

/** The text of a partition as a key: equal for equal values, whatever order they are named in. */
export function partitionKey(partition: Readonly<Record<string, string>>): string {
  const entries = Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.length === 0 ? '' : JSON.stringify(entries)
}

// FNV-1a over 32 bits.
const offsetBasis = 0x811c9dc5
const prime = 0x01000193

function hashOf(text: string, basis: number): number {
  let hash = basis
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), prime)
  return hash
}

/** Lets every bit of the input change half of the output's. */
function mix(hash: number): number {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
