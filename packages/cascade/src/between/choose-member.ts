import type { Member } from './member.ts'
import { rankMembers } from './rendezvous.ts'

/** Which members may be chosen, and by what. */
export interface Choice {
  /** All that belong to the stage, whether they may be asked or not: a key's place is among all of them. */
  readonly members: readonly Member[]
  /** Those that failed the call already: they are asked again only where no other may be. */
  readonly tried: ReadonlySet<Member>
  /** Where calls with equal keys go to the same member. */
  readonly key: string | undefined
  /** 0 to 1, exclusive. */
  readonly random: () => number
}

/** The member to ask now; undefined where none may be. */
export function chooseMember({ members, tried, key, random }: Choice): Member | undefined {
  const open = members.filter(({ opensInMs }) => opensInMs <= 0)
  const fresh = open.filter((member) => !tried.has(member))
  const candidates = fresh.length > 0 ? fresh : open
  return key === undefined ? lessLoaded(candidates, random) : firstInRank(candidates, members, key)
}

/** Of two at random the one with less to do: nearly as even as asking all, and senders do not all run to the same one. */
function lessLoaded(candidates: readonly Member[], random: () => number): Member | undefined {
  if (candidates.length < 2) return candidates[0]
  const first = Math.floor(random() * candidates.length)
  const second = (first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length
  const [one, other] = [candidates[first], candidates[second]]
  const difference = one.inFlightCalls - other.inFlightCalls || one.inFlightBytes - other.inFlightBytes
  return difference <= 0 ? one : other
}

function firstInRank(candidates: readonly Member[], members: readonly Member[], key: string): Member | undefined {
  const ranked = rankMembers(
    key,
    members.map(({ url }) => url),
  )
  for (const url of ranked) {
    const member = candidates.find((candidate) => candidate.url === url)
    if (member !== undefined) return member
  }
  return undefined
}
