import { expect, test } from 'vitest'
import { CircuitBreaker } from '../../../packages/cascade/dist/between/circuit-breaker.js'
import { type FakeClock, fakeClock } from '../../clock/fake-clock.ts'

function breaker(clock: FakeClock): CircuitBreaker {
  return new CircuitBreaker(clock, { failures: 5, openMs: 1000 })
}

function failTimes(subject: CircuitBreaker, times: number): void {
  for (let time = 0; time < times; time++) subject.begin().end('failed')
}

test('C88 opens after five failures one after the other, and a success in between begins anew', () => {
  const subject = breaker(fakeClock())

  failTimes(subject, 4)
  subject.begin().end('succeeded')
  failTimes(subject, 4)
  expect(subject.state).toBe('closed')
  failTimes(subject, 1)

  expect(subject.state).toBe('open')
  expect(subject.opensInMs).toBe(1000)
})

test('C88 after its time one call goes through and no other, and its success closes it', () => {
  const clock = fakeClock()
  const subject = breaker(clock)
  failTimes(subject, 5)

  clock.advance(999)
  expect(subject.state).toBe('open')
  clock.advance(1)
  expect([subject.state, subject.opensInMs]).toEqual(['half-open', 0])
  const probe = subject.begin()
  expect([subject.state, subject.opensInMs]).toEqual(['half-open', Number.POSITIVE_INFINITY])
  probe.end('succeeded')

  expect([subject.state, subject.opensInMs]).toEqual(['closed', 0])
})

test('C88 a probe that fails opens it for as long again', () => {
  const clock = fakeClock()
  const subject = breaker(clock)
  failTimes(subject, 5)
  clock.advance(1000)

  subject.begin().end('failed')

  expect([subject.state, subject.opensInMs]).toEqual(['open', 1000])
})

test('a probe that was given up leaves the decision to the next', () => {
  const clock = fakeClock()
  const subject = breaker(clock)
  failTimes(subject, 5)
  clock.advance(1000)

  subject.begin().end('undecided')

  expect([subject.state, subject.opensInMs]).toEqual(['half-open', 0])
})

test('calls that began before it opened say nothing once it is open', () => {
  const clock = fakeClock()
  const subject = breaker(clock)
  const [early, late] = [subject.begin(), subject.begin()]
  failTimes(subject, 5)

  early.end('succeeded')
  expect(subject.state).toBe('open')
  clock.advance(1000)
  const probe = subject.begin()
  late.end('failed')
  probe.end('succeeded')

  expect(subject.state).toBe('closed')
})

test('C92 an hour of the day that is skipped or comes twice does not matter: only the clock that is handed in counts', () => {
  const clock = fakeClock()
  const subject = breaker(clock)
  const realNow = Date.now
  failTimes(subject, 5)

  try {
    Date.now = () => realNow() + 3_600_000
    expect(subject.opensInMs).toBe(1000)
    Date.now = () => realNow() - 3_600_000
    clock.advance(1000)
    expect(subject.opensInMs).toBe(0)
  } finally {
    Date.now = realNow
  }
})
