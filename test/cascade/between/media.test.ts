import { between, type HostOptions, type Medium } from '@redesmyn/cascade'
import { readFileSync } from 'node:fs'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { remoteOptionTable, resolveRemote } from '../../../packages/cascade/dist/between/remote-config.js'
import { readPlace } from '../../../packages/cascade/dist/between/read-place.js'

const Row = Type.Object({ x: Type.Number() })
const score = stage({ name: 'score', input: Row, output: Row, handler: (batch) => ({ x: batch.column('x') }) })
const secret = 'k9-secret'

test.each<[keyof typeof between, Medium]>([
  ['service', between.service()],
  ['app', between.app({ socket: '/run/score.sock' })],
  ['container', between.container({ port: 8081 })],
  ['container', between.container({ url: 'http://score:8081' })],
  ['host', between.host({ urls: ['https://a:8443', 'https://b:8443'] })],
  ['host', between.host({ urls: async () => [] })],
  ['configured', between.configured('score')],
])('between.%s() says its placement and what it promises', (placement, medium) => {
  expect(medium).toMatchObject({ '~kind': 'medium', placement, guarantees: { order: 'none' } })
  expect(Object.isFrozen(medium)).toBe(true)
})

test.each<[string, () => unknown, string]>([
  ['no socket', () => between.app({ socket: [] }), 'between.app(): socket must name a socket, got none'],
  ['a socket somewhere', () => between.app({ socket: 'score.sock' }), 'must be absolute, got "score.sock"'],
  ['no port', () => between.container({ port: 0 }), 'expected a port from 1 to 65535 or a url, got port 0'],
  ['no URLs', () => between.host({ urls: [] }), 'urls must be a list of URLs or a function, got a list of 0'],
  ['no attempts', () => host({ retry: { attempts: 0 } }), 'retry.attempts must be a whole number >= 1, got 0'],
  ['a wait for ever', () => host({ retry: { capMs: 1e300 } }), 'retry.capMs must be a number from 0 to 2147483647'],
  [
    'a budget of all',
    () => host({ retry: { budgetRatio: 2 } }),
    'retry.budgetRatio must be a number from 0 to 1, got 2',
  ],
  ['a broken breaker', () => host({ breaker: { failures: 0.5 } }), 'breaker.failures must be a whole number >= 1'],
  ['no time', () => host({ attemptTimeoutMs: Number.NaN }), 'attemptTimeoutMs must be a number from 1 to'],
  ['no calls', () => host({ maxCalls: 0 }), 'maxCalls must be a whole number >= 1, got 0'],
  ['a name that is none', () => between.configured('a b'), 'between.configured() takes a name of letters'],
])('%s is refused by name, where the medium is made', (_, make, message) => {
  expect(make).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }))
})

test.each([
  ['service', 'service'],
  ['app:/run/s.sock', 'app'],
  ['app:unix:/run/s.sock,/run/t.sock', 'app'],
  ['container:http://localhost:8081', 'container'],
  ['host:https://a:8443,https://b:8443', 'host'],
])('the place %s is read', (text, placement) => {
  expect(readPlace({ stage: 'score', text, origin: '--place' }).placement).toBe(placement)
})

test.each([
  ['nowhere', 'expected a placement "service", "app:<path of a socket>"'],
  ['service:here', 'got "service:here"'],
  ['app:', 'got "app:"'],
  ['host:https://a:8443,', 'expected a placement'],
  ['container:http://a,http://b', 'expected a placement'],
  ['app:relative.sock', 'must be absolute'],
  [`what://me:${secret}@host`, 'got "what://[redacted]@host"'],
  [`host:ftp://me:${secret}@host`, 'of an instance over HTTP'],
])('the place %s is refused with who says so, what was expected, and no password', (text, message) => {
  const place = { stage: 'score', text, origin: 'CASCADE_PLACE' }

  const error = thrownBy(() => readPlace(place))

  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(String(error)).toContain('CASCADE_PLACE: ')
  expect(String(error)).toContain(message)
  expect(JSON.stringify(error) + String(error)).not.toContain(secret)
})

test('a stage whose place is known only when it runs runs where that says, and asks for the flag where nothing does', () => {
  const medium = between.configured('scoring')

  const way = medium.open([score], { places: new Map([['scoring', between.service()]]) })

  expect(way.placement).toBe('service')
  expect(() => medium.open([score])).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message:
        'nothing says where stage "score" runs: expected a place such as --place scoring=service or --place scoring=host:https://…',
    }),
  )
})

test('a socket is found at its path, whatever URLs make of the signs in it', async () => {
  const way = between.app({ socket: '/run/a #1?%20.sock' }).open([score])

  expect(way.stats?.().instances).toMatchObject([{ address: 'unix:/run/a #1?%20.sock', breaker: 'closed' }])
  await way.close('drain')
})

test('R134 what cannot be called elsewhere is refused before any call, by the name of what it lacks', () => {
  const tell = stage({ name: 'tell', input: Row, events: Type.Object({ data: Type.String() }), async *handler() {} })
  const bare = stage({ name: 'bare', handler: (batch) => batch.rows() })
  const medium = host({})

  expect(() => medium.open([tell])).toThrow(/^stage "tell" does not implement Between<"host">: it streams its answer/)
  expect(() => medium.open([bare])).toThrow(/^stage "bare" does not implement Between<"host">: it does not declare/)
  expect(() => medium.open([score, score])).toThrow(/one stage at a time is called over placement "host"/)
})

function host(options: Partial<HostOptions>): Medium<'host'> {
  return between.host({ urls: ['http://localhost:1'], ...options })
}

function thrownBy(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}

test('the page of placements has every option with its default', () => {
  const page = readFileSync(new URL('../../../docs/placements.md', import.meta.url), 'utf8')

  for (const [name, row] of Object.entries(remoteOptionTable))
    expect(page).toContain(`| \`${name}\` | ${row.default} |`)
})

test('options that are left out have their defaults, complete and frozen', () => {
  const config = resolveRemote('between.host()', { retry: { attempts: 2 } })

  expect(config).toMatchObject({ retry: { attempts: 2, baseMs: 100 }, breaker: { failures: 5 }, affinity: 'none' })
  expect([config, config.retry, config.breaker].every(Object.isFrozen)).toBe(true)
})
