import { describe, expect, test } from 'vitest'
import { readDeadline } from '../../../../packages/worker/dist/http/read-deadline.js'

describe('the time that a client says it has', () => {
  test('shortens the time of the server and never lengthens it', () => {
    const taken = ['', '40', '3000', '99999'].map((header) => readDeadline(header, 3000))

    expect(taken).toEqual([3000, 40, 3000, 3000])
  })

  test('is taken as it is below 64 ms, and up to 3 % shorter above, so that there are few distinct ones', () => {
    const times = new Set<number>()
    for (let ms = 1; ms < 1_000_000; ms += ms < 1000 ? 1 : 97) {
      const taken = readDeadline(String(ms), 86_400_000)
      expect(taken).toBeLessThanOrEqual(ms)
      expect(taken).toBeGreaterThan(ms < 64 ? ms - 1 : ms * 0.968)
      times.add(taken)
    }

    expect(times.size).toBeLessThan(600)
  })

  test.each(['-1', 'soon', '1,5', '0x10', ' 5', '1'.repeat(16)])('"%s" is refused', (header) => {
    expect(() => readDeadline(header, 3000)).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }))
  })

  test('none left is a timeout at once', () => {
    expect(() => readDeadline('0.4', 3000)).toThrow(expect.objectContaining({ code: 'DEADLINE_EXCEEDED' }))
  })
})
