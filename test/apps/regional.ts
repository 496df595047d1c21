import { appendFileSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { asset, source } from '@redesmyn/cascade'
import { column, endpoint, type HandlerContext, modelCache, type ModelLoader, stage } from '@redesmyn/core'
import { fsStore } from '@redesmyn/worker'
import { Type } from 'typebox'

/** The test that runs this app says where models and files lie, and reads there what loaders and handlers did. */
const {
  REGIONAL: folder = 'nowhere',
  REGIONAL_ENTRIES = '128',
  REGIONAL_BYTES,
  REGIONAL_THREADS = '1',
  REGIONAL_AFFINITY,
  REGIONAL_SPIN_MS = '0',
} = process.env

interface Weight {
  readonly region: string
  readonly weight: number
  /** Calls that run with it now. */
  inUse: number
  isGone: boolean
}

/** A file with a number in it. */
const weights: ModelLoader<Weight> = {
  load({ path }, { slot }) {
    const region = basename(path, '.txt')
    const weight = Number(readFileSync(path, 'utf8'))
    note('load', region, slot)
    if (Number.isNaN(weight)) throw new Error('the text is no number')
    return { region, weight, inUse: 0, isGone: false }
  },
  dispose(model) {
    model.isGone = true
    note('dispose', model.region, model.inUse)
  },
}

function note(...words: readonly (string | number)[]): void {
  appendFileSync(join(folder, 'events.txt'), `${words.join(' ')}\n`)
}

const Reading = Type.Object({ id: column.int32(), region: Type.String(), x: Type.Number() })
const Point = Type.Object({ id: column.int32(), x: Type.Number() })
const Score = Type.Object({ id: column.int32(), y: Type.Number(), region: Type.String() })

/** Knows its region by the parameters alone, and waits while its model is in use. */
export const weigh = stage({
  name: 'weigh',
  input: Point,
  output: Score,
  threads: Number(REGIONAL_THREADS),
  concurrency: 2,
  affinity: REGIONAL_AFFINITY === 'on',
  async handler(batch, { model, params, attempt }: HandlerContext<Weight>) {
    note('run', params.region, model.region, batch.rowCount)
    const ids = batch.column('id')
    // The thread is gone, and whatever it held.
    if (attempt === 1 && ids.some((id) => id % 1000 === 999)) process.exit(1)
    model.inUse++
    const spunAtMs = performance.now() + Number(REGIONAL_SPIN_MS)
    while (performance.now() < spunAtMs);
    await new Promise((resolve) => setTimeout(resolve, 2))
    if (model.isGone) throw new Error('the model was disposed of while it was in use')
    model.inUse--
    return {
      id: ids.slice(),
      y: batch.column('x').map((x) => Math.sin(x) * model.weight),
      region: ids.length === 0 ? [] : Array.from(ids, () => model.region),
    }
  },
})

export const models = modelCache({
  store: fsStore(folder),
  path: '/{region}.txt',
  load: weights,
  maxEntries: Number(REGIONAL_ENTRIES),
  ...(REGIONAL_BYTES !== undefined && { maxBytes: Number(REGIONAL_BYTES) }),
})

export default endpoint('/score/{region}', weigh, { models })

export const readings = source({ name: 'readings', schema: Reading, from: join(folder, 'in/*.ndjson') })
const common = { input: readings, pipeline: weigh, partitionBy: ['region'], models, version: 'v1' } as const
export const scored = asset({ ...common, name: 'scored', to: join(folder, 'out'), format: 'arrow' })
export const listed = asset({ ...common, name: 'listed', to: join(folder, 'listed'), format: 'ndjson' })
