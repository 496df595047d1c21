import { between, compose, handoff, invoke } from '@redesmyn/cascade'
import {
  endpoint,
  eachRow,
  type Handoff,
  handler,
  type Pipeline,
  pipe,
  type Placement,
  type Stage,
  stage,
  type StreamPipeline,
} from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Features = Type.Object({ length: Type.Number(), words: Type.Integer() })
const Vector = Type.Object({ x: Type.Number() })
const Score = Type.Object({ score: Type.Number() })
const Token = Type.Object({ token: Type.String() })

const featurise = stage({
  name: 'featurise',
  input: Text,
  output: Features,
  handler: (batch) => batch.rows().map(({ text }) => ({ length: text.length, words: 1 })),
})
const score = stage({
  name: 'score',
  input: Vector,
  output: Score,
  handler: (batch) => ({ score: batch.column('x').map(Math.sqrt) }),
})
const rescore = stage({
  name: 'rescore',
  input: Type.Object({ length: Type.Number() }),
  output: Score,
  handler: (batch) => ({ score: batch.column('length').map(Math.sqrt) }),
})
const vToX = handler({ input: Features, output: Vector, handle: (batch) => ({ x: batch.column('length').slice() }) })

// The sketches of the design.
export const spread = pipe(featurise).to(handoff(vToX, between.service()), score)
export const same = compose(score, handoff(vToX, between.service()), featurise) // right to left
const batch = [{ text: 'a' }]
const signal = new AbortController().signal
const answer = await spread(batch, { deadlineMs: 500, signal })
answer[0]?.score satisfies number | undefined

spread satisfies Pipeline<typeof Text, typeof Score>
same satisfies Pipeline<typeof Text, typeof Score>
// @ts-expect-error the last stage gives scores
same satisfies Pipeline<typeof Text, typeof Vector>
// @ts-expect-error the first stage takes texts
same satisfies Pipeline<typeof Vector, typeof Score>
endpoint('/score', same)
// A composed pipeline is a pipeline like any other.
compose(score, handoff(vToX, between.service()), pipe(featurise)) satisfies Pipeline<typeof Text, typeof Score>
compose(pipe(score), handoff(vToX, between.service()), featurise) satisfies Pipeline<typeof Text, typeof Score>

// With the schemas said, the map is an ordinary handler.
const mapped: Handoff<typeof Features, typeof Vector, 'service'> = handoff(
  Features,
  Vector,
  between.service(),
  (rows) => ({ x: rows.column('length').map((length) => length / 2) }),
)
pipe(featurise).to(mapped, score) satisfies Pipeline<typeof Text, typeof Score>
handoff(Features, Vector, between.service(), vToX) satisfies Handoff<typeof Features, typeof Vector, 'service'>
handoff(
  Features,
  Vector,
  between.service(),
  eachRow(({ length }) => ({ x: length })),
)
// Columns that are left out need no map.
const plain = handoff(Features, Type.Object({ length: Type.Number() }), between.service())
compose(rescore, plain, featurise) satisfies Pipeline<typeof Text, typeof Score>

// C1: a handoff from V to X without a map where V is not X.
// @ts-expect-error features are no vectors
handoff(Features, Vector, between.service())
// C1: a map that returns another schema.
// @ts-expect-error it gives scores
handoff(Features, Vector, between.service(), (rows) => ({ score: rows.column('length').slice() }))
// @ts-expect-error a map that takes something else
handoff(Text, Vector, between.service(), vToX)
// @ts-expect-error a vector's x is a number
handoff(Features, Vector, between.service(), (rows) => rows.rows().map(({ length }) => ({ x: String(length) })))
// C1: compose with the stages swapped.
// @ts-expect-error scores are no features, and featurise takes no vectors
compose(featurise, handoff(vToX, between.service()), score)
// @ts-expect-error the handoff passes vectors on, and rescore takes lengths
compose(rescore, mapped, featurise)
// @ts-expect-error the handoff is given features, and score gives scores
compose(score, mapped, score)
// C1: `.to()` onto a stage that takes something else.
// @ts-expect-error features are no vectors
pipe(featurise).to(score)
// @ts-expect-error vectors have no length
pipe(featurise).to(mapped, rescore)
// @ts-expect-error the handoff is given features
pipe(score).to(mapped, score)
// @ts-expect-error a handoff goes over a placement
handoff(vToX, 'service')
// @ts-expect-error a handoff leads to a stage
pipe(featurise).to(mapped)

// C1: a stage that streams is in the process of the stage before it.
const tell = stage({
  name: 'tell',
  input: Vector,
  events: Token,
  async *handler(rows) {
    for (let row = 0; row < rows.rowCount; row++) yield { row, event: 'token', data: { token: 'a' } }
  },
})
pipe(featurise).to(mapped, tell) satisfies StreamPipeline<typeof Text, typeof Token>
compose(tell, mapped, featurise) satisfies StreamPipeline<typeof Text, typeof Token>
declare const elsewhere: Handoff<typeof Features, typeof Vector, 'host'>
declare const anywhere: Handoff<typeof Features, typeof Vector, Placement>
pipe(featurise).to(elsewhere, score) satisfies Pipeline<typeof Text, typeof Score>
// @ts-expect-error its events cannot be handed over
pipe(featurise).to(elsewhere, tell)
// @ts-expect-error nor where the placement is known only when it runs
compose(tell, anywhere, featurise)

// One stage of a pipeline may take a model, on either side of a handoff.
interface Weights {
  readonly weight: number
}
const weighted = stage({
  name: 'weighted',
  input: Vector,
  output: Score,
  handler: (rows, { model }: { readonly model: Weights }) => ({ score: rows.column('x').map((x) => x * model.weight) }),
})
const withModel = compose(weighted, mapped, featurise)
await withModel(batch, { model: { weight: 2 } })
// @ts-expect-error its second stage takes a model
await withModel(batch)

// Invoked by hand: the same columns, the same types.
const features = await invoke(featurise, batch)
const vectors = await invoke(vToX, features)
const scores = await invoke(score, vectors)
scores satisfies readonly { readonly score: number }[]
await invoke(same, batch, { signal })
// @ts-expect-error a stage that takes vectors is given features
await invoke(score, features)
// @ts-expect-error the map takes features
await invoke(vToX, vectors)

// C1 C8: what must run once is not behind a queue, nor behind a placement that only the run knows.
const charge = stage({
  name: 'charge',
  effects: 'once',
  input: Vector,
  output: Score,
  handler: (batch) => ({ score: batch.column('x').map(Math.sqrt) }),
})
declare const queued: Handoff<typeof Features, typeof Vector, 'queue'>
declare const configured: Handoff<typeof Features, typeof Vector, Placement>
declare const hosted: Handoff<typeof Features, typeof Vector, 'host'>
// @ts-expect-error a queue may bring rows twice
pipe(featurise).to(queued, charge)
// @ts-expect-error it may be a queue
pipe(featurise).to(configured, charge)
// @ts-expect-error the same from right to left
compose(charge, queued, featurise)
pipe(featurise).to(hosted, charge) satisfies Pipeline<typeof Text, typeof Score>
pipe(featurise).to(queued, score) satisfies Pipeline<typeof Text, typeof Score>
pipe(featurise).to(configured, score) satisfies Pipeline<typeof Text, typeof Score>
charge satisfies Stage<typeof Vector, typeof Score>
