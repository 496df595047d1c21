import { asset, invoke, partitioned, type PartitionedPipeline, type PartitionedStage, source } from '@redesmyn/cascade'
import { endpoint, type ModelCache, pipe, type Pipeline, type Stage, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Reading = Type.Object({
  region: Type.String(),
  zone: Type.Integer({ minimum: 0, maximum: 99 }),
  x: Type.Number(),
})
const Narrow = Type.Object({ x: Type.Number() })
const Score = Type.Object({ score: Type.Number() })
interface Weights {
  readonly weight: number
}

const score = stage({
  name: 'score',
  input: Reading,
  output: Score,
  handler: (rows) => ({ score: rows.column('x').slice() }),
})
const narrow = stage({
  name: 'narrow',
  input: Narrow,
  output: Score,
  handler: (rows) => ({ score: rows.column('x').slice() }),
})
const weighted = stage({
  name: 'weighted',
  input: Narrow,
  output: Score,
  handler: (rows, { model }: { readonly model: Weights }) => ({ score: rows.column('x').map((x) => x * model.weight) }),
})
const finish = stage({ name: 'finish', input: Score, output: Score, handler: (rows) => rows.rows() })

const byRegion = partitioned(score, { by: ['region'] })
byRegion satisfies PartitionedStage<typeof Reading, typeof Score, 'region'>
byRegion satisfies Stage<typeof Reading, typeof Score>
byRegion.auto satisfies Pipeline<typeof Reading, typeof Score>
const byBoth = partitioned(score, { by: ['region', 'zone'] })
const whole = partitioned(pipe(score).to(finish), { by: ['zone'] })
whole satisfies PartitionedPipeline<typeof Reading, typeof Score, 'zone'>
stage({ name: 'own', input: Reading, output: Score, partitionBy: ['region'], handler: () => [] })

// R138 `partitionBy` a field that the input lacks.
// @ts-expect-error readings have no country
partitioned(score, { by: ['country'] })
// @ts-expect-error nor has one of two
partitioned(score, { by: ['region', 'country'] })
// @ts-expect-error a pipeline's input is that of its first stage
partitioned(pipe(score).to(finish), { by: ['score'] })
// @ts-expect-error narrow readings have no region
partitioned(narrow, { by: ['region'] })
// @ts-expect-error the same of the option
stage({ name: 'own', input: Reading, output: Score, partitionBy: ['country'], handler: () => [] })

// R138 `invoke` of a partitioned service with another key.
declare const rows: readonly { readonly region: string; readonly zone: number; readonly x: number }[]
await invoke(byRegion, rows)
await invoke(byRegion, rows, { partition: { region: 'north' } })
await invoke(byBoth, rows, { partition: { region: 'north', zone: 7 } })
await invoke(whole, rows, { partition: { zone: 7 } })
await byRegion(rows, { partition: { region: 'north' } })
// @ts-expect-error another column
await invoke(byRegion, rows, { partition: { zone: 7 } })
// @ts-expect-error a column more
await invoke(byRegion, rows, { partition: { region: 'north', zone: 7 } })
// @ts-expect-error a column less
await invoke(byBoth, rows, { partition: { region: 'north' } })
// @ts-expect-error a region is a text
await invoke(byRegion, rows, { partition: { region: 7 } })
// @ts-expect-error a stage that is not partitioned has no partition
await invoke(score, rows, { partition: { region: 'north' } })
// @ts-expect-error the same of a call
await byRegion(rows, { partition: { zone: 7 } })
// @ts-expect-error another key is another type
byRegion satisfies PartitionedStage<typeof Reading, typeof Score, 'zone'>
// @ts-expect-error and so is a key of more columns
byBoth satisfies PartitionedStage<typeof Reading, typeof Score, 'region'>

endpoint('/score', byRegion)
endpoint('/score', whole.auto)
pipe(byRegion).to(finish) satisfies Pipeline<typeof Reading, typeof Score>

// C81 an asset's partitions are of its input, which may have more columns than its stages take.
declare const models: ModelCache<Weights>
const readings = source({ name: 'readings', schema: Reading, from: 'readings.ndjson' })
asset({ input: readings, pipeline: score, to: 'out/', partitionBy: ['region'] })
asset({ input: readings, pipeline: byRegion, to: 'out/' })
asset({ input: readings, pipeline: weighted, to: 'out/', partitionBy: ['region'], models })
asset({ input: readings, pipeline: pipe(weighted).to(finish), to: 'out/', models, modelStage: 'weighted' })
// @ts-expect-error readings have no country
asset({ input: readings, pipeline: score, to: 'out/', partitionBy: ['country'] })
// @ts-expect-error with models likewise
asset({ input: readings, pipeline: weighted, to: 'out/', partitionBy: ['country'], models })
// @ts-expect-error the handler takes a model
asset({ input: readings, pipeline: weighted, to: 'out/', partitionBy: ['region'] })
// @ts-expect-error the handler takes no model
asset({ input: readings, pipeline: score, to: 'out/', partitionBy: ['region'], models })
