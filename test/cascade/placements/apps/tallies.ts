import { appendFileSync, readFileSync } from 'node:fs'
import { between, handoff, partitioned } from '@redesmyn/cascade'
import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const { env } = process
const Sale = Type.Object({ shop: Type.String(), amount: Type.Number() })
const Total = Type.Object({
  shop: Type.String(),
  pid: Type.Integer({ minimum: 0, maximum: 1e9 }),
  sales: Type.Number(),
})

/** What a thread keeps for its partitions: how many sales a shop has had. */
const totals = new Map<string, number>()

const tally = stage({
  name: 'tally',
  input: Sale,
  output: Total,
  threads: 2,
  affinity: true,
  handler(batch, { params }) {
    const { shop } = params
    if (!totals.has(shop)) appendFileSync(env['TALLY_LOADS'] ?? '', `${shop}\n`)
    return batch.rows().map((row) => {
      const sales = (totals.get(shop) ?? 0) + 1
      totals.set(shop, sales)
      return { shop: row.shop, pid: process.pid, sales }
    })
  },
})

export const tallied = partitioned(tally, { by: ['shop'] })

const pass = stage({
  name: 'pass',
  input: Sale,
  output: Sale,
  batch: { maxRows: 2000 },
  handler: (batch) => batch.rows(),
})

/** The file that the test names lists the processes there are. */
const urls = async () =>
  readFileSync(env['TALLY_URLS'] ?? '', 'utf8')
    .split('\n')
    .filter(Boolean)
const toTally = handoff(Sale, Sale, between.host({ urls, discoverEveryMs: 50, affinity: 'partition', maxCalls: 16 }))

export default env['TALLY_URLS'] === undefined ? [] : endpoint('/tally', pipe(pass).to(toTally, tallied))
