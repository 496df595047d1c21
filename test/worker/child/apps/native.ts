import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endpoint, type Isolation, modelCache, retry, stage } from '@redesmyn/core'
import { fsStore, onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'

const isolations: readonly Isolation[] = ['inline', 'thread', 'child']

/** Relative paths are taken from here, wherever the server was started. */
const folder = relative(fileURLToPath(new URL('.', import.meta.url)), process.env.ONNX_FOLDER ?? '')
const Features = Type.Object({ a: Type.Number(), b: Type.Number(), c: Type.Number() })
const Result = Type.Object({ y: Type.Number() })

const onnx = isolations.map((isolation) =>
  endpoint(
    `/onnx/${isolation}`,
    stage({
      name: `onnx-${isolation}`,
      isolation,
      input: Features,
      output: Result,
      handler: onnxHandler({ model: `${folder}/weighted.onnx` }),
    }),
  ),
)

/** Behind a layer a handler is not asked to make itself ready: it does with its first batch. */
const layered = (['thread', 'child'] as const).map((isolation) =>
  endpoint(
    `/layered/${isolation}`,
    stage({
      name: `layered-${isolation}`,
      isolation,
      input: Features,
      output: Result,
      handler: retry()(onnxHandler({ model: `${folder}/weighted.onnx` })),
    }),
  ),
)

const polars = isolations.map((isolation) =>
  endpoint(
    `/polars/${isolation}`,
    stage({
      name: `polars-${isolation}`,
      isolation,
      input: Features,
      output: Result,
      handler: (batch) => ({ y: batch.toPolars().getColumn('a') }),
    }),
  ),
)

let loads = 0
const modelled = isolations.map((isolation) =>
  endpoint(
    `/models/${isolation}/{name}`,
    stage({
      name: `modelled-${isolation}`,
      isolation,
      threads: isolation === 'inline' ? 1 : 2,
      batch: { maxRows: 1 },
      input: Type.Object({ x: Type.Number() }),
      output: Type.Object({ text: Type.String(), loads: Type.Number(), slot: Type.Number() }),
      async handler(batch, context: { readonly model: string; readonly slot: number }) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return batch.rows().map(() => ({ text: context.model, loads, slot: context.slot }))
      },
    }),
    {
      models: modelCache({
        store: fsStore('./models'),
        path: '/{name}.txt',
        load: {
          load: ({ path }) => {
            loads++
            return readFileSync(path, 'utf8')
          },
        },
      }),
    },
  ),
)

/** What native code sees: the environment that the process was started with. */
const environments = (['thread', 'child'] as const).map((isolation) =>
  endpoint(
    `/env/${isolation}`,
    stage({
      name: `env-${isolation}`,
      isolation,
      env: { CUDA_VISIBLE_DEVICES: '{slot}', ONLY_HERE: isolation },
      input: Type.Object({ name: Type.String() }),
      output: Type.Object({ native: Type.String(), script: Type.String() }),
      handler: (batch) =>
        batch.rows().map(({ name }) => {
          const variables = readFileSync('/proc/self/environ', 'utf8').split('\0')
          const native = variables.find((text) => text.startsWith(`${name}=`)) ?? ''
          return { native, script: process.env[name] ?? '' }
        }),
    }),
  ),
)

export default [...onnx, ...layered, ...polars, ...modelled, ...environments]
