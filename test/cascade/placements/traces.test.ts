import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { CascadeProcess, runCascade } from '../cascade-process.ts'
import { linesIn, numbers, reportOf, RunFolder } from '../run/rows/run-folder.ts'
import { app, crossingApp, elsewhere, host, OfferedStages } from './placements.ts'

vi.setConfig({ testTimeout: 120_000 })

const flow = crossingApp('numbers.ts')
const folder = mkdtempSync(join(tmpdir(), 'traces-'))
const offered: OfferedStages[] = []
let files = 0

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

/** Processes that write spans to a file of their own. */
function tracing(stages: readonly string[]): { readonly stages: OfferedStages; readonly file: string } {
  const file = newFile()
  const made = new OfferedStages(flow, stages, ['--traces', 'on', '--trace-file', file])
  offered.push(made)
  return { stages: made, file }
}

function newFile(): string {
  return join(folder, `spans-${files++}.jsonl`)
}

function spansIn(file: string): readonly Span[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.flatMap((line): Span[] => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans)
}

afterEach(async () => {
  await Promise.all(offered.splice(0).map((stages) => stages.close()))
  rmSync(folder, { recursive: true, force: true })
})

/** A server whose stages are in three placements: here, behind a Unix socket, on another host. */
async function serveThree() {
  const [score, last] = [tracing(['score']), tracing(['last'])]
  const [near, far] = await Promise.all([score.stages.at(app), last.stages.at(host)])
  const file = newFile()
  const words = ['serve', flow, '--port', '0', '--traces', 'on', '--trace-file', file]
  const server = new CascadeProcess([...words, ...near.flags, ...far.flags])
  const url = await server.url()
  return {
    post: (id: number, traceId: string) => {
      const headers = { 'content-type': 'application/json', traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
      return fetch(`${url}/score/north`, { method: 'POST', headers, body: JSON.stringify([{ id, pad: '' }]) })
    },
    /** Of all processes, which have ended after it. */
    async spans() {
      const all = [server, near.server, far.server].filter((one) => one !== undefined)
      for (const one of all) one.kill('SIGTERM')
      await Promise.all(all.map((one) => one.ended))
      return { here: spansIn(file), near: spansIn(score.file), far: spansIn(last.file) }
    },
  }
}

test('C94 a request is one trace through three placements, each span the child of the one that called it', async () => {
  const traceId = 'a'.repeat(32)
  const served = await serveThree()

  const answer = await served.post(1, traceId)
  const { here, near, far } = await served.spans()

  expect(answer.status).toBe(200)
  const named = (name: string) => here.find((span) => span.name === name)
  const request = named('POST /score/{region}')
  expect(request).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' })
  for (const name of ['stage first', 'stage score', 'stage last']) {
    expect(named(name)).toMatchObject({ traceId, parentSpanId: request?.spanId })
  }
  expect(near).toEqual([
    expect.objectContaining({ name: 'stage score', traceId, parentSpanId: named('stage score')?.spanId }),
  ])
  expect(far).toEqual([
    expect.objectContaining({ name: 'stage last', traceId, parentSpanId: named('stage last')?.spanId }),
  ])
  const all = [...here, ...near, ...far]
  expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(6)
})

test('C94 a batch of several requests links to each of them, and what is run of it elsewhere is its child', async () => {
  const served = await serveThree()

  const answers = await Promise.all([1, 2, 3].map((id) => served.post(id, String(id).repeat(32))))
  const { here, near } = await served.spans()

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const requests = here.filter(({ name }) => name.startsWith('POST'))
  expect(requests.map(({ traceId }) => traceId).toSorted()).toEqual([1, 2, 3].map((id) => String(id).repeat(32)))
  const ids = requests.map(({ spanId }) => spanId).toSorted()
  const merged = here.filter(({ name }) => name === 'stage score')
  expect(merged.flatMap(({ links = [] }) => links.map(({ spanId }) => spanId)).toSorted()).toEqual(ids)
  expect(merged.length).toBeLessThan(3)
  for (const { traceId, parentSpanId } of near) {
    expect(merged.find(({ spanId }) => spanId === parentSpanId)).toMatchObject({ traceId })
  }
  expect(near).toHaveLength(merged.length)
})

test.each(elsewhere)(
  'C43 R124 in placement $placement a rejected row has the trace of the spans of its stage, and the report says how it got there',
  async (place) => {
    const { stages, file } = tracing(['score'])
    const { flags, server } = await stages.at(place)
    const run = new RunFolder(flow)
    run.put(
      'rows',
      numbers(300).map((id) => ({ id, pad: 'x' })),
    )

    const { traceId, steps } = reportOf(await run.run('scored', [...flags, '--json']))
    const rejects = await runCascade(['rejects', run.output, '--json'])
    const text = await runCascade(['rejects', run.output])
    server?.kill('SIGTERM')
    await server?.ended

    expect(JSON.parse(rejects.stdout).rows).toMatchObject([{ stage: 'score', code: 'RECORD_INVALID', trace: traceId }])
    expect(text.stdout).toContain(`(trace ${traceId})`)
    expect(spansIn(file).map((span) => [span.name, span.traceId])).toEqual(new Array(3).fill(['stage score', traceId]))
    expect(steps.map(({ name, placement, rowsIn, rows, retries }) => [name, placement, rowsIn, rows, retries])).toEqual(
      [
        ['rows', 'service', 300, 300, 0],
        ['first', 'service', 300, 300, 0],
        ['score', place.placement, 300, 299, 0],
        ['last', 'service', 299, 299, 0],
        ['scored', 'service', 299, 299, 0],
      ],
    )
    for (const { bytes, busyMs, waitMs } of steps) {
      expect(bytes).toBeGreaterThan(0)
      expect(busyMs).toBeGreaterThan(0)
      expect(waitMs).toBeGreaterThanOrEqual(0)
    }
    // The rows themselves are the same whatever the trace is.
    expect(linesIn(join(run.output, '_rejected', run.manifest().rejectFiles[0].name))[0]).not.toHaveProperty('_trace')
  },
)
