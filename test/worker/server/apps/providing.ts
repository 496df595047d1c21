import { appendFileSync, readFileSync } from 'node:fs'
import { app, endpoint, type HandlerContext, modelCache, pipe, provider, stage } from '@redesmyn/core'
import { Type } from 'typebox'

/** The test that serves this app says where it looks for what was done. */
const folder = process.env.TEST_PROVIDED ?? 'nowhere'
const note = (line: string) => appendFileSync(`${folder}/notes.txt`, `${line}\n`)

interface Table {
  readonly name: string
  rows: number
}

const table = provider(
  'table',
  async ({ stage: name, slot }): Promise<Table> => {
    await Promise.resolve()
    note(`made ${name} ${slot}`)
    return { name: `${name}-${slot}`, rows: 0 }
  },
  { dispose: ({ name }) => note(`disposed ${name}`) },
)
/** Replaced by the app. */
const season = provider('season', () => 'winter')

const Row = Type.Object({ x: Type.Number() })
const Seen = Type.Object({ seen: Type.String() })

const needyStage = (name: string, isolation: 'inline' | 'thread' | 'child') =>
  stage({
    name,
    isolation,
    input: Row,
    output: Seen,
    needs: [table, season],
    handler: (batch, context) =>
      batch.rows().map((_, row) => {
        const own = context.get(table)
        own.rows++
        return { seen: [own.name, own.rows, context.get(season), context.header(row, 'x-tenant')].join(' ') }
      }),
  })

const first = stage({ name: 'first', input: Row, output: Row, handler: (batch) => batch.rows() })
export const needy = needyStage('needy', 'thread')
export const modest = stage({
  name: 'modest',
  input: Row,
  output: Seen,
  handler: (batch, context) => {
    const header = context.header(0, 'x-tenant')
    try {
      return batch.rows().map(() => ({ seen: context.get(table).name }))
    } catch (error) {
      return batch.rows().map(() => ({ seen: `${String(error)}; header "${header}"` }))
    }
  },
})

export const modelled = stage({
  name: 'modelled',
  input: Row,
  output: Seen,
  handler: (batch, context: HandlerContext<string>) =>
    batch.rows().map(() => ({ seen: `${context.model} of ${JSON.stringify(context.models())}` })),
})

const models = modelCache({
  store: { stat: async (path) => ({ path, version: readFileSync(`${folder}/version.txt`, 'utf8'), byteLength: 3 }) },
  path: '/{id}/model',
  load: { load: ({ path, version }) => `${path} ${version}` },
})

const tenant = { headers: ['X-Tenant'] }

export default app({
  endpoints: [
    endpoint('/inline', needyStage('inline', 'inline'), tenant),
    endpoint('/child', needyStage('child', 'child'), tenant),
    endpoint('/both', pipe(first).to(needyStage('second', 'thread')), tenant),
    endpoint('/needy', needy, tenant),
    endpoint('/modest', modest),
    endpoint('/modelled/{id}', modelled, { models }),
  ],
  provide: [season.with(() => 'summer')],
})
