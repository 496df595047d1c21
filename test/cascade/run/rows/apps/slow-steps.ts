import { existsSync } from 'node:fs'
import { asset, source } from '@redesmyn/cascade'
import { pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Number(), pad: Type.String() })

/** `SPIN_MS`: how long a batch keeps the processor in `spin`. `SLEEP_MS`: how long it waits in each other stage. */
const { SPIN_MS = '0', SLEEP_MS = '0', GATE } = process.env

function waiting(name: string) {
  return stage({
    name,
    input: Row,
    output: Row,
    threads: 1,
    async handler(batch) {
      await new Promise((resolve) => setTimeout(resolve, Number(SLEEP_MS)))
      return { id: batch.column('id'), pad: batch.column('pad') }
    },
  })
}

export const one = waiting('one')
export const two = waiting('two')
export const three = waiting('three')
export const four = waiting('four')
export const five = waiting('five')
export const six = waiting('six')

export const spin = stage({
  name: 'spin',
  input: Row,
  output: Row,
  threads: 1,
  handler(batch) {
    const endMs = performance.now() + Number(SPIN_MS)
    while (performance.now() < endMs);
    return { id: batch.column('id'), pad: batch.column('pad') }
  },
})

/** A stage in a process of its own. */
export const apart = stage({
  name: 'apart',
  input: Row,
  output: Row,
  isolation: 'child',
  async handler(batch) {
    await new Promise((resolve) => setTimeout(resolve, Number(SLEEP_MS)))
    return { id: batch.column('id'), pad: batch.column('pad') }
  },
})

/** Never ends a batch, and does not look at signals, while the file `GATE` is not there. */
export const deaf = stage({
  name: 'deaf',
  input: Row,
  output: Row,
  threads: 2,
  handler(batch) {
    const isHeld = batch.column('id')[0] >= 100
    while (isHeld && GATE !== undefined && !existsSync(GATE));
    return { id: batch.column('id'), pad: batch.column('pad') }
  },
})

const rows = source({ name: 'rows', schema: Row, from: 'nowhere/*.ndjson' })
const common = { input: rows, format: 'ndjson' } as const

export const passed = asset({ ...common, name: 'passed', to: 'nowhere/passed', pipeline: pipe(one) })
export const spun = asset({ ...common, name: 'spun', to: 'nowhere/spun', pipeline: pipe(one).to(spin) })
export const sent = asset({ ...common, name: 'sent', to: 'nowhere/sent', pipeline: pipe(spin).to(apart) })
export const long = asset({
  ...common,
  name: 'long',
  to: 'nowhere/long',
  pipeline: pipe(one).to(two).to(three).to(four).to(five).to(six),
})
export const held = asset({ ...common, name: 'held', to: 'nowhere/held', pipeline: pipe(deaf) })
