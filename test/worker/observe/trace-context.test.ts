import { describe, expect, test } from 'vitest'
import {
  childOf,
  formatTraceparent,
  parseTraceparent,
} from '../../../packages/worker/dist/observe/trace/trace-context.js'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

describe('traceparent', () => {
  test('R104 what a caller sent is read, and what a later version appends is passed over', () => {
    expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, isSampled: true })
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.isSampled).toBe(false)
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-comes`)).toEqual({ traceId, spanId, isSampled: true })
  })

  test.each([
    '',
    'nonsense',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId.slice(1)}-${spanId}-01`,
  ])('what is malformed is as if nothing had come: %s', (text) => {
    expect(parseTraceparent(text)).toBeUndefined()
  })

  test('a child has its parent’s trace and a place of its own; without a parent a trace begins', () => {
    const parent = { traceId, spanId, isSampled: false }
    const child = childOf(parent)

    expect(child).toEqual({ traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/), isSampled: false })
    expect(child.spanId).not.toBe(spanId)
    expect(parseTraceparent(formatTraceparent(childOf(undefined)))).toMatchObject({ isSampled: true })
  })
})
