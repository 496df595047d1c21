import { PipelineError } from '@redesmyn/core'

/** The head of a frame, or the headers of a request as an object: whatever the other side wrote. */
export type Head = Readonly<Record<string, unknown>>

export function readText(head: Head, name: string): string {
  const text = readOptionalText(head, name)
  if (text === undefined) throw malformed(name, 'text', undefined)
  return text
}

export function readOptionalText(head: Head, name: string): string | undefined {
  const value = head[name] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw malformed(name, 'text', value)
}

/** A number from `least` on. Default where it is left out: none. */
export function readNumber(head: Head, name: string, least: number): number | undefined {
  const value = head[name] ?? undefined
  if (value === undefined || (typeof value === 'number' && value >= least)) return value
  throw malformed(name, `a number from ${least} on`, value)
}

/** A whole number from `least` on. */
export function readCount(head: Head, name: string, least: number): number | undefined {
  const value = readNumber(head, name, least)
  if (value === undefined || Number.isSafeInteger(value)) return value
  throw malformed(name, 'a whole number', value)
}

export function readTexts(head: Head, name: string): Readonly<Record<string, string>> {
  const value: unknown = head[name] ?? {}
  if (typeof value !== 'object' || Array.isArray(value)) throw malformed(name, 'an object of texts', value)
  const entries: [string, unknown][] = Object.entries(value ?? {})
  return Object.fromEntries(
    entries.map(([key, text]) => {
      if (typeof text !== 'string') throw malformed(`${name}.${key}`, 'text', text)
      return [key, text]
    }),
  )
}

function malformed(name: string, expected: string, value: unknown): PipelineError {
  const got = value === undefined ? 'nothing' : typeof value
  return new PipelineError(
    'BODY_MALFORMED',
    `the head of a frame is malformed: "${name}" must be ${expected}, got ${got}`,
  )
}
