import { PipelineError } from '@redesmyn/core'

/** `region=north&day=1`, names and values URL-encoded; empty where there is no partition. */
export function writePartition(partition: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(partition).map(([name, value]) => {
    return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
  })
  return pairs.join('&')
}

/** Throws REQUEST_INVALID where the text is no such list, or has a name twice. */
export function readPartition(text: string): Readonly<Record<string, string>> {
  // Without a prototype a name such as `__proto__` is an ordinary one.
  const partition: Record<string, string> = Object.create(null)
  if (text === '') return partition
  for (const pair of text.split('&')) {
    const mark = pair.indexOf('=')
    const name = mark > 0 ? decode(pair.slice(0, mark)) : undefined
    const value = decode(pair.slice(mark + 1))
    if (name === undefined || value === undefined || name in partition) {
      throw new PipelineError(
        'REQUEST_INVALID',
        `a partition must be told as "name=value&…", URL-encoded, each name once, got "${text}"`,
      )
    }
    partition[name] = value
  }
  return partition
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
