import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpoint, type HandlerContext, type ModelLoader, stage } from '@redesmyn/core'
import { fsStore, modelCache } from '@redesmyn/worker'
import { Type } from 'typebox'

/** A file of up to three numbers: the value, and for how many milliseconds loading and running it keep a thread busy. */
interface Constant {
  readonly path: string
  readonly value: number
  readonly runMs: number
}

/** The test that serves this app says where the models lie, and reads there which were loaded. */
const folder = process.env.TEST_MODELS ?? 'nowhere'

const constants: ModelLoader<Constant> = {
  load({ path }, { stage, slot }) {
    appendFileSync(join(folder, 'loads.txt'), `${stage} ${slot} ${path}\n`)
    const [value, loadMs = 0, runMs = 0] = readFileSync(path, 'utf8').split(' ').map(Number)
    if (Number.isNaN(value)) throw new Error(`no number in ${path}`)
    stayBusy(loadMs)
    return { path, value, runMs }
  },
}

function stayBusy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

/** `wanted` is the model that the client's own path names: every row of a batch must want the one that is there. */
const Row = Type.Object({ wanted: Type.String() })
const Answer = Type.Object({ value: Type.Number(), path: Type.String(), slot: Type.Number(), strangers: Type.Number() })

function variants(name: string, threads: number) {
  return stage({
    name,
    input: Row,
    output: Answer,
    threads,
    handler(batch, { model, slot }: HandlerContext<Constant>) {
      stayBusy(model.runMs)
      const rows = batch.rows()
      const strangers = rows.filter(({ wanted }) => !model.path.endsWith(`/models${wanted}`)).length
      return rows.map(() => ({ value: model.value, path: model.path, slot, strangers }))
    },
  })
}

export const one = variants('one', 1)
export const two = variants('two', 2)

const models = modelCache({
  store: fsStore(join(folder, 'models')),
  path: '/{country}/{region}/artifacts/model',
  load: constants,
  notFoundTtlMs: 300,
})
const options = { models, requestTimeoutMs: 15_000 }

export default [
  endpoint('/one/{country}/{region}', one, options),
  // Parameters may come in another order than in the path of the artifact.
  endpoint('/two/{region}/of/{country}', two, options),
]
