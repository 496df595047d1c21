import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endpoint, type HandlerContext, stage } from '@redesmyn/core'
import { fsStore, modelCache } from '@redesmyn/worker'
import { Type } from 'typebox'

/** The test that serves this app says where the models lie. */
const folder = join(process.env.TEST_CACHED ?? 'nowhere', 'selected')

/** Answers the text of its model and what it knows of the query. */
export const selected = stage({
  name: 'selected',
  input: Type.Object({ x: Type.Number() }),
  output: Type.Object({ text: Type.String(), region: Type.String(), asked: Type.String(), rows: Type.Number() }),
  batch: { maxDelayMs: 150 },
  handler: (batch, context: HandlerContext<string>) =>
    batch.rows().map((_, row) => ({
      text: context.model,
      region: context.params.region ?? '',
      asked: context.query(row).get('asked') ?? '',
      rows: batch.rowCount,
    })),
})

export default endpoint('/selected', selected, {
  query: ['model', 'region'],
  models: modelCache({
    store: fsStore(folder),
    path: '/{model}',
    load: { load: ({ path }) => readFileSync(path, 'utf8') },
  }),
  requestTimeoutMs: 15_000,
})
