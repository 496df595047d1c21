import { describe, expect, test } from 'vitest'
import { progressForm, RunProgress } from '../../../../packages/cascade/dist/run/progress/run-progress.js'
import { fakeClock } from '../../../clock/fake-clock.ts'
import { ScreenUnderTest } from '../../screen-under-test.ts'
import { assertSchema } from '../../schema-of-json.ts'
import { uniformStatus } from '../sample-status.ts'

/** Progress of the uniform run on a terminal, or into a file where there is no screen. */
function watch(form: 'auto' | 'plain' | 'json' | 'none', screen?: ScreenUnderTest) {
  const clock = fakeClock()
  const writes: { readonly atMs: number; readonly text: string }[] = []
  const output = {
    write(text: string) {
      writes.push({ atMs: clock.now(), text })
      screen?.write(text)
    },
    size: () => screen?.size,
    hasColor: false,
  }
  const progress = new RunProgress(progressForm(form, output), clock, output)
  progress.began(() => uniformStatus(clock.now()))
  return { clock, writes, progress }
}

describe('on a terminal', () => {
  test('C95 it is drawn ten times a second at most, each time by one write', () => {
    const { clock, writes } = watch('auto', new ScreenUnderTest(80, 24))

    clock.advance(3_000)

    expect(writes.length).toBeGreaterThan(20)
    expect(writes.length).toBeLessThanOrEqual(30)
    for (const [index, { atMs }] of writes.entries()) {
      if (index > 0) expect(atMs - writes[index - 1].atMs).toBeGreaterThanOrEqual(100)
    }
  })

  test('it stays in place, and is gone at the end', () => {
    const screen = new ScreenUnderTest(80, 24)
    screen.write('$ cascade run flow.ts#scored\n')
    const { clock, progress } = watch('auto', screen)

    clock.advance(5_000)
    const during = screen.lines
    progress.ended()

    expect(during).toHaveLength(6)
    expect(during[1]).toContain('scored')
    expect(screen.lines).toEqual(['$ cascade run flow.ts#scored'])
  })

  test('what is written meanwhile stands above it', () => {
    const screen = new ScreenUnderTest(80, 24)
    const { clock, progress } = watch('auto', screen)
    clock.advance(1_000)

    progress.write('a warning')
    clock.advance(1_000)

    expect(screen.lines[0]).toBe('a warning')
    expect(screen.lines.filter((line) => line.startsWith('scored'))).toHaveLength(1)
    expect(screen.lines).toHaveLength(6)
  })

  test('a terminal that is made narrower keeps one progress', () => {
    const screen = new ScreenUnderTest(100, 24)
    const { clock } = watch('auto', screen)
    clock.advance(1_000)

    screen.resize(60)
    clock.advance(1_000)

    expect(screen.lines.filter((line) => line.startsWith('scored'))).toHaveLength(1)
    expect(screen.lines).toHaveLength(5)
  })

  test('the cursor is never hidden, so that nothing has to bring it back', () => {
    const { clock, writes, progress } = watch('auto', new ScreenUnderTest(80, 24))

    clock.advance(1_000)
    progress.ended()

    expect(writes.map(({ text }) => text).join('')).not.toContain('\x1b[?')
  })

  test('nothing is scheduled after the end', () => {
    const { clock, progress } = watch('auto', new ScreenUnderTest(80, 24))

    progress.ended()

    expect(clock.timerCount).toBe(0)
  })
})

describe('elsewhere', () => {
  test('C95 there is a line every 5 s', () => {
    const { clock, writes } = watch('auto')

    clock.advance(16_000)

    expect(writes.map(({ atMs }) => atMs)).toEqual([5_000, 10_000, 15_000])
    expect(writes[1].text).toBe(
      'scored: 40%, 8 of 20 parts, 400,000 rows, 20.0 k rows/s, 12 rejected, slowest: score, after 0:10, 0:30 to go\n',
    )
  })

  test('C95 with json each line keeps its schema', () => {
    const { clock, writes, progress } = watch('json')

    clock.advance(3_000)
    progress.write('a warning')

    const events = writes.map(({ text }): unknown => JSON.parse(text))
    expect(events).toHaveLength(4)
    for (const event of events) assertSchema('progress-event', event)
    expect(events[2]).toMatchObject({ event: 'progress', bottleneck: 'score', etaMs: 37_000, rowsPerSecond: 20_000 })
    expect(events[3]).toEqual({ event: 'message', message: 'a warning' })
  })

  test('with none there is nothing, but warnings are still told', () => {
    const { clock, writes, progress } = watch('none')

    clock.advance(20_000)
    progress.write('a warning')

    expect(writes.map(({ text }) => text)).toEqual(['a warning\n'])
  })
})
