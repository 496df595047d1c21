import { Agent, request } from 'node:http'
import type { HostileBody } from './hostile-body.ts'
import type { SeededRandom } from './seeded-random.ts'

/** How a body travels: whole, in chunks of unknown total length, or cut off by a client that goes away. */
export type Delivery = 'whole' | 'chunked' | 'cut'

export interface Target {
  readonly port: number
  readonly path: string
  readonly agent: Agent
}

/** The status of the answer; `undefined` where the client went away before one. */
export async function sendBody(
  target: Target,
  body: HostileBody,
  random: SeededRandom,
  delivery: Delivery,
): Promise<number | undefined> {
  const { port, path, agent } = target
  const { bytes, contentType } = body
  // Half of those that are cut off have sent all, and do not wait for the answer.
  const missing = bytes.length === 0 || random.next() < 0.5 ? 2 + random.below(1000) : 0
  return await new Promise((resolve, reject) => {
    const headers: Record<string, string | number> = contentType === '' ? {} : { 'content-type': contentType }
    if (delivery === 'whole') headers['content-length'] = bytes.length
    if (delivery === 'cut') headers['content-length'] = bytes.length + missing
    const sent = request({ port, path, agent, headers, host: '127.0.0.1', method: 'POST' }, (response) => {
      response.on('end', () => resolve(response.statusCode))
      response.on('error', () => resolve(response.statusCode))
      response.resume()
    })
    sent.on('error', (error) => (delivery === 'cut' ? resolve(undefined) : reject(error)))
    if (delivery === 'whole') sent.end(bytes)
    if (delivery === 'chunked') {
      const middle = random.below(bytes.length + 1)
      sent.write(bytes.subarray(0, middle), () => sent.end(bytes.subarray(middle)))
      if (middle === 0) sent.flushHeaders()
    }
    if (delivery === 'cut') sent.write(bytes.length === 0 ? ' ' : bytes, () => sent.destroy())
  })
}
