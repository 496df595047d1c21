import { describe, expect, test } from 'vitest'
import { EmfWindow } from '../../../packages/worker/dist/observe/emf/emf-window.js'
import { fakeClock } from '../../clock/fake-clock.ts'
import { readEmf } from './emf-document.ts'

const owner = { endpoint: '/predict/{id}', stages: 'decode>predict' }
const request = { ...owner, requestId: 'r', begunAtMs: 0, modelMs: 0, submittedAtMs: 1, trace: undefined }
const times = Float64Array.of(12.34567, 1, 0, 0, 3, 8, 0.25, 0.09567)

function windowUnderTest() {
  const clock = fakeClock()
  const lines: string[] = []
  const window = new EmfWindow({
    emfNamespace: 'Cascade',
    flushMs: 1000,
    clock,
    epochMs: () => 1_700_000_000_000 + clock.now(),
    write: (line) => void lines.push(line),
  })
  const serve = (count: number, modelKey?: string, status = 200) => {
    for (let number = 0; number < count; number++) {
      window.add(owner, { ...request, status, modelKey }, times)
    }
  }
  return { clock, window, serve, documents: () => lines.map(readEmf) }
}

describe('EmfWindow', () => {
  test('R096 a line is as the specification says, with what it counts at its root', () => {
    const { clock, serve, documents } = windowUnderTest()
    serve(2, '/a/model.onnx')
    clock.advance(1000)

    expect(documents()).toEqual([
      {
        _aws: {
          Timestamp: 1_700_000_001_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Cascade',
              Dimensions: [['Endpoint', 'Stage', 'ModelKey', 'Status']],
              Metrics: [
                { Name: 'RequestCount', Unit: 'Count' },
                { Name: 'Latency', Unit: 'Milliseconds' },
                { Name: 'ParseTime', Unit: 'Milliseconds' },
                { Name: 'QueueTime', Unit: 'Milliseconds' },
                { Name: 'HandlerTime', Unit: 'Milliseconds' },
                { Name: 'TransitTime', Unit: 'Milliseconds' },
                { Name: 'SerializeTime', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        Endpoint: '/predict/{id}',
        Stage: 'decode>predict',
        ModelKey: '/a/model.onnx',
        Status: '200',
        RequestCount: [1, 1],
        Latency: [12.346, 12.346],
        ParseTime: [1, 1],
        QueueTime: [3, 3],
        HandlerTime: [8, 8],
        TransitTime: [0.25, 0.25],
        SerializeTime: [0.096, 0.096],
      },
    ])
  })

  test.each([
    [50, [50]],
    [100, [100]],
    [250, [100, 100, 50]],
  ])('R097 %d requests of one window with equal dimensions are as many lines as they need', (count, sizes) => {
    const { clock, serve, documents } = windowUnderTest()
    serve(count)
    clock.advance(1000)

    expect(documents().map(({ RequestCount }) => RequestCount)).toEqual(sizes.map((size) => new Array(size).fill(1)))
  })

  test('R097 the window ends on time though nothing follows, and an idle one has no timer', () => {
    const { clock, serve, documents } = windowUnderTest()
    serve(1)
    clock.advance(999)
    expect(documents()).toHaveLength(0)
    clock.advance(1)
    expect(documents()).toHaveLength(1)
    expect(clock.timerCount).toBe(0)
    serve(1)
    clock.advance(1000)

    expect(documents()).toHaveLength(2)
  })

  test('R097 what is gathered goes out when it is flushed, once', () => {
    const { clock, window, serve, documents } = windowUnderTest()
    serve(3)
    window.flush()
    clock.advance(5000)

    expect(documents().map(({ RequestCount }) => RequestCount)).toEqual([[1, 1, 1]])
  })

  test('other dimensions are other lines, and models beyond a bound are one', () => {
    const { window, serve, documents } = windowUnderTest()
    serve(1)
    serve(1, undefined, 422)
    for (let model = 0; model < 1000; model++) serve(1, `/model-${model}`)
    window.flush()

    const models = documents().map(({ ModelKey }) => ModelKey)
    const named = new Set(models)
    expect(named.size).toBeLessThan(210)
    for (const model of [undefined, '/model-0', '(other)']) expect(named).toContain(model)
    expect(documents().reduce((sum, { RequestCount }) => sum + [RequestCount].flat().length, 0)).toBe(1002)
  })
})
