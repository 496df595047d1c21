import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Vector = Type.Object({ vector: Type.Array(Type.Number(), { minItems: 26, maxItems: 26 }) })
const Language = Type.Object({ language: Type.Union([Type.Literal('en'), Type.Literal('de')]) })

/** How often each letter comes: what both routes need, computed in one place and in common batches. */
export const embed = stage({
  name: 'embed',
  input: Text,
  output: Vector,
  threads: 2,
  handler: (batch) =>
    batch.rows().map(({ text }) => {
      const vector = new Array<number>(26).fill(0)
      const letters = text.toLowerCase().replace(/[^a-z]/g, '')
      for (const letter of letters) vector[letter.charCodeAt(0) - 97] += 1 / letters.length
      return { vector }
    }),
})

const e = 'e'.charCodeAt(0) - 97
const n = 'n'.charCodeAt(0) - 97
const o = 'o'.charCodeAt(0) - 97

/** A rule of thumb: German has more e and n, English more o. */
export const guess = stage({
  name: 'guess',
  input: Vector,
  output: Language,
  threads: 1,
  handler: (batch) =>
    batch.rows().map(({ vector }) => {
      const german = (vector[e] ?? 0) + (vector[n] ?? 0) - 2 * (vector[o] ?? 0)
      return { language: german > 0.2 ? 'de' : 'en' }
    }),
})

export default [endpoint('/embeddings', embed), endpoint('/language', pipe(embed).to(guess))]
