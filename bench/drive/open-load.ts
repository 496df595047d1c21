import { Agent, request } from 'node:http'
import type { Work } from './work.ts'

export interface OpenLoad {
  readonly url: string
  readonly work: Work
  /** Requests that are sent, whatever becomes of those before them. */
  readonly perSecond: number
  readonly seconds: number
}

export interface OpenLoadResult {
  readonly sent: number
  readonly answered: number
  readonly refused: number
  readonly broken: number
  /** Of the answered ones, in milliseconds, ascending. */
  readonly latenciesMs: readonly number[]
}

const tickMs = 5

/** Sends requests at a rate that does not wait for answers: the only way to offer more than a server can do. */
export async function offer(load: OpenLoad): Promise<OpenLoadResult> {
  const { perSecond, seconds } = load
  const agent = new Agent({ keepAlive: true, maxSockets: 2000 })
  const counts = { sent: 0, answered: 0, refused: 0, broken: 0 }
  const latenciesMs: number[] = []
  const pending = new Set<Promise<void>>()
  const startedAt = performance.now()
  const send = (): void => {
    const sentAt = performance.now()
    const answer = post(load, agent).then(
      (status) => {
        if (status === 200) latenciesMs.push(performance.now() - sentAt)
        counts[status === 200 ? 'answered' : 'refused']++
      },
      () => void counts.broken++,
    )
    pending.add(answer)
    void answer.finally(() => pending.delete(answer))
    counts.sent++
  }
  while (performance.now() - startedAt < seconds * 1000) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond)
    while (counts.sent < due) send()
    await new Promise((resolve) => setTimeout(resolve, tickMs))
  }
  await Promise.all(pending)
  agent.destroy()
  return { ...counts, latenciesMs: latenciesMs.toSorted((a, b) => a - b) }
}

function post({ url, work }: OpenLoad, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': work.contentType, 'content-length': Buffer.byteLength(work.body) }
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', reject)
    })
    call.once('error', reject)
    call.end(work.body)
  })
}
