import { describe, expect, test } from 'vitest'
import { ProgressMeter } from '../../../../packages/cascade/dist/run/progress/progress-meter.js'
import { terminalFrame } from '../../../../packages/cascade/dist/run/progress/terminal-frame.js'
import { uniformStatus } from '../sample-status.ts'

function frameAt(columns: number, rows = 24, hasColor = false): readonly string[] {
  return terminalFrame(new ProgressMeter().observe(uniformStatus(12_345)), { columns, rows, hasColor })
}

describe('the progress of a run on a terminal', () => {
  test('C95 of 80 columns', () => {
    expect(`\n${frameAt(80).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      scored   44%  ETA 0:28  8/20 parts  20.0 k rows/s  memory 200 MiB of 600 MiB
        trips         247 k rows  20.0 k rows/s  waits for output   0 rejected
        featurise     247 k rows  20.0 k rows/s  waits for output  12 rejected
        score         247 k rows  20.0 k rows/s  slowest            0 rejected
        scored        247 k rows  20.0 k rows/s  waits for input    0 rejected
      "
    `)
  })

  test('C95 of 200 columns', () => {
    expect(`\n${frameAt(200).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      scored  ━━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄   44%  ETA 0:28  8/20 parts  20.0 k rows/s  memory 200 MiB of 600 MiB
        trips         247 k rows  20.0 k rows/s   0 in flight  waits for output   0 rejected
        featurise     247 k rows  20.0 k rows/s   2 in flight  waits for output  12 rejected
        score         247 k rows  20.0 k rows/s   2 in flight  slowest            0 rejected
        scored        247 k rows  20.0 k rows/s   0 in flight  waits for input    0 rejected
      "
    `)
  })

  test('of 40 columns', () => {
    expect(`\n${frameAt(40).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      scored   44%  ETA 0:28  8/20 parts
        trips      20.0 k rows/s
        featurise  20.0 k rows/s
        score      20.0 k rows/s
        scored     20.0 k rows/s
      "
    `)
  })

  test('no line is as wide as the terminal, however narrow that is', () => {
    for (let columns = 2; columns <= 220; columns++) {
      const widest = Math.max(...frameAt(columns).map((line) => line.length))

      expect(widest).toBeLessThan(columns)
    }
  })

  test('a low terminal shows as many steps as it has room for, and says how many there are beside', () => {
    const frame = frameAt(80, 5)

    expect(frame).toHaveLength(4)
    expect(frame.at(-1)?.trim()).toBe('and 2 more')
  })

  test('without colour there is no escape in it, with colour the slowest step stands out', () => {
    expect(frameAt(80).join('')).not.toContain('\x1b')
    expect(frameAt(80, 24, true).join('\n')).toMatch(/\x1b\[33mscore/)
  })
})
