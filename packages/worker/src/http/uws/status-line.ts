import { STATUS_CODES } from 'node:http'

const lines: ReadonlyMap<number, string> = new Map(
  Object.entries(STATUS_CODES).map(([status, reason]) => [Number(status), `${status} ${reason}`]),
)

/** `404` → `404 Not Found` */
export function statusLine(status: number): string {
  return lines.get(status) ?? `${status} Unknown`
}
