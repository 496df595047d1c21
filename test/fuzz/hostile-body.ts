import { makeVector, Table, tableToIPC } from 'apache-arrow'
import type { SeededRandom } from './seeded-random.ts'

export interface HostileBody {
  readonly contentType: string
  readonly bytes: Buffer
}

const names = ['x', 'y', '__proto__', 'constructor', 'toString', 'sépal', '', 'x.y', 'hasOwnProperty']
const numbers = [
  '0',
  '-0',
  '1e308',
  '1e309',
  '-1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '1E-400',
  '01',
  '.5',
  'NaN',
  '0x10',
]
const contentTypes = [
  'application/json',
  'application/json',
  'text/plain',
  'application/vnd.apache.arrow.stream',
  'image/png',
  '',
]
const validTexts = [
  '[{"x":1},{"x":2}]',
  '{"x":1}',
  '{"int":9007199254740993,"text":"é","flag":true,"list":[1,2]}',
  '{"sépal":"a","a":"b"}',
  '[{"sépal/width":1,"name":"a"}]',
]
const arrowStream = Buffer.from(tableToIPC(new Table({ x: makeVector(new Float64Array(64)) }), 'stream'))

/** A body of any kind: valid, nearly valid, or noise; now and then so long that a thread of its own reads it. */
export function hostileBody(random: SeededRandom): HostileBody {
  const body = shortBody(random)
  if (random.next() > 0.005) return body
  return { ...body, bytes: Buffer.concat([body.bytes, Buffer.alloc(300_000, ' ')]) }
}

function shortBody(random: SeededRandom): HostileBody {
  const roll = random.next()
  if (random.next() < 0.2) return { contentType: 'application/json', bytes: Buffer.from(random.pick(validTexts)) }
  if (roll < 0.1) return { contentType: random.pick(contentTypes), bytes: random.bytes(random.below(400)) }
  if (roll < 0.25) return { contentType: 'application/vnd.apache.arrow.stream', bytes: mutated(arrowStream, random) }
  if (roll < 0.3) return { contentType: 'application/json', bytes: Buffer.from(nested(random)) }
  const text = Buffer.from(roll < 0.4 ? random.pick(validTexts) : jsonText(random, 0))
  return { contentType: random.pick(contentTypes), bytes: roll < 0.6 ? mutated(text, random) : text }
}

function jsonText(random: SeededRandom, depth: number): string {
  const roll = random.next()
  const items = <T>(make: () => T): T[] => Array.from({ length: random.below(5) }, make)
  if (depth < 4 && roll < 0.3) return `[${items(() => jsonText(random, depth + 1)).join()}]`
  // Names repeat, on purpose.
  if (depth < 4 && roll < 0.75)
    return `{${items(() => `${JSON.stringify(random.pick(names))}:${jsonText(random, depth + 1)}`).join()}}`
  if (roll < 0.85) return random.pick(numbers)
  if (roll < 0.95)
    return random.pick(['"a"', '"\\ud800"', '"\\u0000"', `"${'é'.repeat(random.below(50))}"`, '"{\\"x\\":1}"'])
  return random.pick(['null', 'true', 'false', 'undefined', ''])
}

function nested(random: SeededRandom): string {
  const depth = 1 + random.below(20_000)
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"x":', '}'],
    ['[{"x":', '}]'],
  ] as const)
  return open.repeat(depth) + (random.next() < 0.5 ? `1${close.repeat(depth)}` : '')
}

/** A few bytes changed, or the end missing. */
function mutated(bytes: Buffer, random: SeededRandom): Buffer {
  const changed = Buffer.from(bytes)
  for (let count = random.below(4); count > 0; count--) changed[random.below(changed.length)] = random.below(256)
  return random.next() < 0.3 ? changed.subarray(0, random.below(changed.length)) : changed
}
