import { handoff, type Medium } from '@redesmyn/cascade'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Size = Type.Object({ size: Type.Integer() })
const Score = Type.Object({ score: Type.Number() })

/** Whatever is behind it runs elsewhere, and nothing opens it here. */
function elsewhere<P extends 'app' | 'container' | 'host'>(placement: P): Medium<P> {
  return {
    '~kind': 'medium',
    placement,
    guarantees: { delivery: 'at-most-once', order: 'none' },
    open: () => {
      throw new Error('nobody is to be called')
    },
  }
}

export const measure = stage({
  name: 'measure',
  input: Text,
  output: Size,
  handler: (batch) => batch.rows().map(({ text }) => ({ size: text.length })),
})

export const score = stage({
  name: 'score_it',
  input: Size,
  output: Score,
  handler: (batch) => batch.rows().map(({ size }) => ({ score: Number(size) / 2 })),
})

export const round = stage({
  name: 'round',
  input: Score,
  output: Score,
  handler: (batch) => ({ score: batch.column('score').map(Math.round) }),
})

export default endpoint(
  '/score',
  pipe(measure)
    .to(handoff(Size, Size, elsewhere('host')), score)
    .to(handoff(Score, Score, elsewhere('container')), round),
)
