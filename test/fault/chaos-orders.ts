import type { SeededRandom } from '../fuzz/seeded-random.ts'

/** One request of the chaos run, and what may come of it. */
export interface ChaosOrder {
  readonly kind: string
  readonly path: string
  readonly body: Buffer
  /** `gone`: the client closes the connection without waiting. */
  readonly manner: 'waits' | 'gone'
  readonly allowed: readonly number[]
}

/** Answers that any request may get while threads and children are being replaced around it. */
const disturbed = [200, 429, 500, 503, 504]
const malformed = ['', '{', '[1,2', 'null', '"x"', '{"x":"a"}', '[{"x":1},{}]', '{"y":1}', '\xff\xfe', '[[]]']

/** 30 % malformed, 5 % of all leave early; the rest works, or breaks what runs it. */
export function nextOrder(random: SeededRandom): ChaosOrder {
  const manner = random.next() < 0.05 ? 'gone' : 'waits'
  const path = random.pick(['/good', '/good', '/good', '/thread', '/child', '/iris', '/iris'])
  if (random.next() < 0.3) {
    return { kind: 'malformed', path, body: Buffer.from(random.pick(malformed), 'latin1'), manner, allowed: [400, 422] }
  }
  const x = random.below(1000)
  if (path === '/iris') {
    const allowed = x % 100 === 99 ? [400, ...disturbed] : disturbed
    return { kind: 'iris', path, body: json({ sepal_width: x, petal_length: 1.4, petal_width: 0.2 }), manner, allowed }
  }
  const order = orderFor(path, random)
  const record = order === undefined ? { x } : { x, order }
  return { kind: order ?? path.slice(1), path, body: json(record), manner, allowed: disturbed }
}

/** Seldom enough that most of the rest can be served. */
function orderFor(path: string, random: SeededRandom): string | undefined {
  const roll = random.next()
  if (path === '/thread') return roll < 0.02 ? 'throw' : roll < 0.0215 ? 'loop' : undefined
  if (path !== '/child' || roll > 0.0016) return undefined
  return random.pick(['abort', 'arrays', 'maps', 'buffers'])
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
