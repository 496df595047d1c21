import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemorySpans, type TraceSpan } from '@redesmyn/worker'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'
import { readEmf } from './emf-document.ts'
import { parseExposition, samplesOf } from './parse-exposition.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = `00-${traceId}-00f067aa0ba902b7-01`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'observed-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** The two ids of a traceparent. */
function ids(traceparent: unknown): readonly (string | undefined)[] {
  return String(traceparent).split('-').slice(1, 3)
}

describe.each(testedKinds)('traces over %s', (kind) => {
  let app: ServedApp
  let spans: MemorySpans

  beforeAll(async () => {
    const spanExporter = { export: (span: TraceSpan) => spans.export(span), close: () => undefined }
    app = await ServedApp.start(kind, 'observed.ts', { traces: 'on', spanExporter })
  })
  beforeEach(() => {
    spans = new MemorySpans()
  })
  afterAll(() => app.stop())

  test('R104 a caller’s trace goes on through the stage, the log and the answer', async () => {
    const { headers, body } = await app.post('/traced', { x: 1 }, { traceparent: parent })
    const failed = await app.post('/traced', { x: -1 }, { traceparent: parent })
    const log = await app.log()

    const [server, batch] = [
      spans.spans.find(({ kind: of }) => of === 'server'),
      spans.spans.find(({ kind: of }) => of === 'internal'),
    ]
    expect(server).toMatchObject({ name: 'POST /traced', traceId, parentSpanId: '00f067aa0ba902b7', isError: false })
    expect(ids(headers.get('traceresponse'))).toEqual([traceId, server?.spanId])
    expect(ids(body.row)).toEqual([traceId, server?.spanId])
    expect(batch).toMatchObject({ name: 'stage traced', traceId, parentSpanId: server?.spanId })
    expect(ids(body.batch)).toEqual([traceId, batch?.spanId])
    expect(batch?.links).toEqual([{ traceId, spanId: server?.spanId }])
    expect(Math.abs((server?.endMs ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(log.find(({ msg }) => msg === 'Handled.')).toMatchObject({ traceId, spanId: batch?.spanId })
    const [, failedSpan] = ids(failed.headers.get('traceresponse'))
    expect(log.find(({ event }) => event === 'requestFailed')).toMatchObject({ traceId, spanId: failedSpan })
    expect(spans.spans.find(({ spanId }) => spanId === failedSpan)).toMatchObject({
      isError: true,
      attributes: { 'http.response.status_code': 500 },
    })
  })

  test('C94 a batch of several requests is in nobody’s trace, and links to all of them', async () => {
    const answers = await Promise.all([1, 2, 3].map((x) => app.post('/traced', { x }, { traceparent: parent })))

    const servers = spans.spans.filter(({ kind: of }) => of === 'server')
    const shared = spans.spans.find(({ links }) => links.length === 3)
    expect(new Set(servers.map(({ spanId }) => spanId)).size).toBe(3)
    expect(shared?.traceId).not.toBe(traceId)
    expect(shared?.parentSpanId).toBeUndefined()
    expect(shared?.links.map(({ spanId }) => spanId).toSorted()).toEqual(servers.map(({ spanId }) => spanId).toSorted())
    expect(new Set(answers.map(({ body }) => body.batch)).size).toBe(1)
    expect(new Set(answers.map(({ body }) => body.row)).size).toBe(3)
  })

  test('R104 a trace goes through every stage of a pipeline', async () => {
    await app.post('/both', { x: 0 }, { traceparent: parent })

    const server = spans.spans.find(({ kind: of }) => of === 'server')
    const stages = spans.spans.filter(({ kind: of }) => of === 'internal')
    expect(stages.map(({ name }) => name).toSorted()).toEqual(['stage before', 'stage behind'])
    for (const span of stages) expect(span).toMatchObject({ traceId, parentSpanId: server?.spanId })
  })

  test('R104 a trace reaches rows that batch keys part, and a client behind middleware', async () => {
    const headers = { traceparent: parent, 'x-tenant': 'blue' }
    const parted = await app.post('/sorted', [{ x: 1 }, { x: -1 }, { x: 2 }], headers)
    const wrapped = await app.post('/wrapped', { x: 1 }, headers)

    const spanOf = (path: string) => spans.spans.find(({ name }) => name === `POST ${path}`)?.spanId
    const row = `00-${traceId}-${spanOf('/sorted')}-01`
    expect(parted.body.predictions).toEqual([2, 1, 2].map((rowCount) => ({ row, tenant: 'blue', rowCount })))
    expect([wrapped.status, ...ids(wrapped.headers.get('traceresponse'))]).toEqual([203, traceId, spanOf('/wrapped')])
  })

  test('what is malformed begins a trace of its own, what is not sampled is passed on and not exported', async () => {
    const begun = await app.post('/traced', { x: 1 }, { traceparent: '00-nonsense' })
    const before = spans.spans.length
    const quiet = await app.post('/traced', { x: 1 }, { traceparent: `${parent.slice(0, -1)}0` })

    expect(begun.headers.get('traceresponse')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(quiet.body.row).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))
    expect([before, spans.spans.length]).toEqual([2, 2])
  })

  test('where traces are off nothing of them is seen', async () => {
    const untraced = await ServedApp.start(kind, 'observed.ts')
    const { headers, body } = await untraced.post('/traced', { x: 1 }, { traceparent: parent })
    await untraced.stop()

    expect([headers.get('traceresponse'), body.row, body.batch]).toEqual([null, 'none', 'none'])
  })
})

test('R104 spans go to a file as OTLP JSON lines', async () => {
  const traceFile = join(folder, 'spans', 'traces.jsonl')
  const served = await ServedApp.start('uws', 'observed.ts', { traces: 'on', traceFile })
  await served.post('/traced', { x: 1 }, { traceparent: parent })
  await served.stop()

  const lines = (await readFile(traceFile, 'utf8')).trimEnd().split('\n')
  const [document] = lines.map((line) => JSON.parse(line))
  expect(document.resourceSpans[0].scopeSpans[0].spans).toEqual([
    expect.objectContaining({
      traceId,
      parentSpanId: '00f067aa0ba902b7',
      kind: 2,
      startTimeUnixNano: expect.stringMatching(/^\d{19}$/),
      attributes: expect.arrayContaining([{ key: 'http.response.status_code', value: { intValue: '200' } }]),
    }),
    expect.objectContaining({ traceId, kind: 1, links: [expect.objectContaining({ traceId })] }),
  ])
})

test('R097 R098 R102 EMF lines have the numbers of /metrics, whatever is logged, and go out when the server stops', async () => {
  const emfFile = join(folder, 'metrics.emf')
  const served = await ServedApp.start('uws', 'observed.ts', {
    emfFile,
    emfNamespace: 'Ours',
    emfFlushMs: 60_000,
    logLevel: 'error',
  })
  for (let x = 0; x < 50; x++) await served.post('/work', { x: 0 })
  await served.post('/work', { y: 0 })
  const families = parseExposition((await served.get('/metrics')).text)
  await served.stop()

  const lines = (await readFile(emfFile, 'utf8')).trimEnd().split('\n').map(readEmf)
  expect(lines.map(({ Endpoint, Stage, Status }) => [Endpoint, Stage, Status])).toEqual([
    ['/work', 'work', '200'],
    ['/work', 'work', '422'],
  ])
  const [served200] = lines
  expect(served200?._aws.CloudWatchMetrics[0]?.Namespace).toBe('Ours')
  expect(served200?.RequestCount).toEqual(new Array(50).fill(1))
  for (const [metric, phase] of [
    ['Latency', 'total'],
    ['HandlerTime', 'handler'],
    ['QueueTime', 'queue'],
  ] as const) {
    const values = served200?.[metric]
    const sumMs = Array.isArray(values) ? values.reduce((sum: number, ms: number) => sum + ms, 0) : Number.NaN
    const [told] = samplesOf(families, 'cascade_request_seconds_sum', { endpoint: '/work', status: '200', phase })
    expect(sumMs / 1000).toBeCloseTo(told?.value ?? Number.NaN, 4)
  }
})

test('a file that cannot be opened is CONFIG_INVALID naming the option, and nothing runs on', async () => {
  const starting = ServedApp.start('uws', 'observed.ts', { emfFile: join('/dev/null', 'x') })

  await expect(starting).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('emfFile') })
})
