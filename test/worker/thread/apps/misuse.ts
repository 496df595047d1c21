import { type Handler, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
type PointHandler = Handler<typeof Point, typeof Result>

/** What the compiler would refuse, as an app written in JavaScript does it. */
function untyped(
  handler: (batch: { readonly rowCount: number; column(name: string): Float64Array }) => unknown,
): PointHandler {
  return handler as unknown as PointHandler
}

export const tooFew = stage({
  name: 'too-few',
  input: Point,
  output: Result,
  handler: (batch) => batch.column('x').slice(1),
})

export const otherColumn = stage({
  name: 'other-column',
  input: Point,
  output: Result,
  handler: untyped((batch) => ({ z: batch.column('x') })),
})

export const otherType = stage({
  name: 'other-type',
  input: Point,
  output: Result,
  handler: untyped((batch) => ({ y: Array.from(batch.column('x'), String) })),
})

export const nothing = stage({
  name: 'nothing',
  input: Point,
  output: Result,
  handler: untyped(() => undefined),
})

export const unknownColumn = stage({
  name: 'unknown-column',
  input: Point,
  output: Result,
  handler: untyped((batch) => ({ y: batch.column('nope') })),
})

/** Throws what the first row says: 1 an error, 2 a text, 3 nothing, 4 a rejection; answers otherwise. */
export const thrower = stage({
  name: 'thrower',
  input: Point,
  output: Result,
  async handler(batch) {
    const [first] = batch.column('x')
    if (first === 1) throw new TypeError('the password is swordfish')
    if (first === 2) throw 'a text'
    if (first === 3) throw undefined
    if (first === 4) await Promise.reject(new Error('later'))
    return { y: batch.column('x').slice() }
  },
})

export const inputWriter = stage({
  name: 'input-writer',
  input: Type.Object({ kept: Type.Number(), x: Type.Number() }),
  output: Result,
  checkWrites: true,
  handler: untypedWriter(),
})

export const copyWriter = stage({
  name: 'copy-writer',
  input: Type.Object({ kept: Type.Number(), x: Type.Number() }),
  output: Result,
  checkWrites: true,
  mutatesInput: true,
  handler: untypedWriter(),
})

function untypedWriter(): PointHandler & Handler<ReturnType<typeof twoColumns>, typeof Result> {
  const handler = (batch: { column(name: string): Float64Array }) => {
    const x = batch.column('x')
    for (const row of x.keys()) x[row] += 1
    return { y: x }
  }
  return handler as unknown as ReturnType<typeof untypedWriter>
}

function twoColumns() {
  return Type.Object({ kept: Type.Number(), x: Type.Number() })
}
