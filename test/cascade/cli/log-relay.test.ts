import { appendFileSync, existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LogRelay } from '../../../packages/cascade/dist/cli/run/log-relay.js'
import { fakeClock } from '../../clock/fake-clock.ts'

function openRelay() {
  const clock = fakeClock()
  const shown: string[] = []
  const relay = new LogRelay({ clock, write: (text) => void shown.push(text), pretty: (line) => `<${line}>\n` })
  return { clock, shown, relay }
}

test('lines of a log are shown once they are whole, and each once', () => {
  const { clock, shown, relay } = openRelay()

  appendFileSync(relay.path, 'one\ntw')
  clock.advance(100)
  appendFileSync(relay.path, 'o\nthree\n')
  clock.advance(100)
  clock.advance(100)

  expect(shown).toEqual(['<one>\n', '<two>\n<three>\n'])
  relay.close()
})

test('what was written last is shown at the end, and the file is gone', () => {
  const { clock, shown, relay } = openRelay()
  appendFileSync(relay.path, 'last\n')

  relay.close()
  clock.advance(1000)

  expect(shown).toEqual(['<last>\n'])
  expect(existsSync(relay.path)).toBe(false)
})
