import { between, handoff } from '@redesmyn/cascade'
import { endpoint, handler, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Advert = Type.Object({ text: Type.String({ description: 'what a seller writes' }) })

/** What the reader of adverts gives. */
const Facts = Type.Object({ square_feet: Type.Number(), rooms: Type.Integer(), has_garden: Type.Boolean() })

/** What the estimator of prices takes. It knows nothing of adverts, and measures in metres. */
const Home = Type.Object({ square_metres: Type.Number(), rooms: Type.Integer(), garden: Type.Number() })
const Price = Type.Object({ euros: Type.Number() })

/** One service: finds numbers in a text. */
export const read = stage({
  name: 'read',
  input: Advert,
  output: Facts,
  handler(batch, context) {
    return batch.rows().map(({ text }, row) => {
      const size = /([\d,]+) square feet/.exec(text)?.[1]
      if (size === undefined) context.reject(row, 'REQUEST_INVALID', 'the text does not say how many square feet')
      const rooms = /(\d+) rooms?/.exec(text)?.[1]
      return {
        square_feet: Number(size?.replaceAll(',', '') ?? 0),
        rooms: Number(rooms ?? 1),
        has_garden: /\bgarden\b/i.test(text),
      }
    })
  },
})

/** Another: estimates a price. It has a process, a team and a version of its own, or will have. */
export const estimate = stage({
  name: 'estimate',
  input: Home,
  output: Price,
  handler(batch) {
    const metres = batch.column('square_metres')
    const rooms = batch.column('rooms')
    const garden = batch.column('garden')
    return {
      euros: metres.map((size, row) => Math.round(size * 2400 + Number(rooms[row]) * 9000 + garden[row] * 30_000)),
    }
  },
})

/** The map between them: what the one gives as what the other takes. */
export const factsToHome = handler({
  input: Facts,
  output: Home,
  handle: (batch) => ({
    square_metres: batch.column('square_feet').map((feet) => feet * 0.09290304),
    rooms: batch.column('rooms'),
    garden: batch.rows().map(({ has_garden }) => (has_garden ? 1 : 0)),
  }),
})

export const appraise = pipe(read).to(handoff(factsToHome, between.service()), estimate)

export default endpoint('/appraise', appraise)
