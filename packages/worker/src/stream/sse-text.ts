import { STATUS_CODES } from 'node:http'
import type { AnyEvent } from '@redesmyn/core'

/** A comment, which clients pass over: it shows them, and whatever is between, that the connection is alive. */
export const keepAliveText = ': keep-alive\n\n'

/** One event as `text/event-stream`: texts as they are, a line each; anything else as JSON. */
export function sseText({ data, event, id }: AnyEvent): string {
  let head = ''
  if (event !== undefined) head += `event: ${event}\n`
  if (id !== undefined) head += `id: ${id}\n`
  return `${head}data: ${typeof data === 'string' ? inLines(data) : toJson(data)}\n\n`
}

/** The last event of a stream that fails after its first: status and headers have been sent. */
export function sseErrorText(status: number, message: string): string {
  return `event: error\ndata: SSE inference error: ${status}: ${STATUS_CODES[status] ?? 'Unknown'}: ${inLines(message)}\n\n`
}

/** A line break of any kind would end the field, so each line becomes a field of its own. */
function inLines(text: string): string {
  return /[\r\n]/.test(text) ? text.split(/\r\n|\r|\n/).join('\ndata: ') : text
}

/** Only data with a bigint pays for looking at every member. */
function toJson(data: unknown): string {
  try {
    return JSON.stringify(data)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? bigintToJson(value) : value))
  }
}

/** As in other answers: a number where that is exact, else a text. */
function bigintToJson(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}
