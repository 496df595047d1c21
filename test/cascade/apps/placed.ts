import { between, handoff } from '@redesmyn/cascade'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Size = Type.Object({ size: Type.Number() })
const Score = Type.Object({ score: Type.Number() })

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
  handler: (batch) => batch.rows().map(({ size }) => ({ score: size / 2 })),
})

export const round = stage({
  name: 'round',
  input: Score,
  output: Score,
  handler: (batch) => ({ score: batch.column('score').map(Math.round) }),
})

const toScore = handoff(Size, Size, between.host({ urls: ['http://score.example.org:8080'] }))
const toRound = handoff(Score, Score, between.configured('round'))

export default endpoint('/score', pipe(measure).to(toScore, score).to(toRound, round))
