import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpoint, type HandlerContext, type ModelCacheOptions, type ModelLoader, stage } from '@redesmyn/core'
import { fsStore, modelCache } from '@redesmyn/worker'
import { Type } from 'typebox'

/** The test that serves this app says where the stores lie, and reads there what loaders and handlers did. */
const folder = process.env.TEST_CACHED ?? 'nowhere'

interface Loaded {
  readonly name: string
  readonly text: string
  /** Batches that run with it now. */
  inUse: number
}

/** A file whose text is the model. One that says `wait` is loaded when the test has written the file `go`. */
const texts: ModelLoader<Loaded> = {
  load({ path }, { stage: owner, slot }) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const text = readFileSync(path, 'utf8')
    note('load', owner, slot, name)
    if (text.startsWith('corrupt')) throw new Error('the text is corrupt')
    while (text.startsWith('wait') && !existsSync(join(folder, 'go')));
    return { name, text, inUse: 0 }
  },
  dispose: ({ name, text, inUse }) => note('dispose', name, text, inUse),
}

function note(...words: readonly (string | number)[]): void {
  appendFileSync(join(folder, 'events.txt'), `${words.join(' ')}\n`)
}

const Row = Type.Object({ waitMs: Type.Number() })
const Answer = Type.Object({ text: Type.String() })

/** Answers the text of its model, after as many milliseconds as the first row says. */
function teller(name: string, threads = 1, affinity = false) {
  return stage({
    name,
    input: Row,
    output: Answer,
    threads,
    affinity,
    async handler(batch, { model }: HandlerContext<Loaded>) {
      note('run', name, model.name)
      model.inUse++
      await new Promise((resolve) => setTimeout(resolve, batch.column('waitMs')[0]))
      model.inUse--
      return batch.rows().map(() => ({ text: model.text }))
    },
  })
}

export const few = teller('few')
export const small = teller('small')
export const eager = teller('eager', 2)
export const settled = teller('settled', 3, true)
export const lazy = teller('lazy')
export const homeless = teller('homeless')
export const fragile = teller('fragile')
export const renewed = teller('renewed', 2)

export const exp = stage({
  name: 'exp',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ y: Type.Number() }),
  handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
})

function models(store: string, options: Partial<ModelCacheOptions<Loaded>> = {}) {
  return modelCache({ store: fsStore(join(folder, store)), path: '/{name}', load: texts, ...options })
}

const requestTimeoutMs = 15_000

export default [
  endpoint('/few/{name}', few, { models: models('few', { maxEntries: 2 }), requestTimeoutMs }),
  endpoint('/small/{name}', small, { models: models('small', { maxBytes: 25 }), requestTimeoutMs }),
  endpoint('/eager/{name}', eager, { models: models('many', { maxEntries: 10, prefetch: 'all' }), requestTimeoutMs }),
  endpoint('/settled/{name}', settled, {
    models: models('many', { maxEntries: 10, prefetch: 'all' }),
    requestTimeoutMs,
  }),
  endpoint('/lazy/{name}', lazy, { models: models('many', { maxEntries: 10 }), requestTimeoutMs }),
  endpoint('/homeless/{name}', homeless, { models: models('no/such/folder', { prefetch: 'all' }) }),
  endpoint('/fragile/{name}', fragile, { models: models('fragile'), requestTimeoutMs }),
  endpoint('/renewed/{name}', renewed, {
    models: models('renewed', { refresh: { everySeconds: 0.05 } }),
    requestTimeoutMs,
  }),
  endpoint('/exp', exp),
]
