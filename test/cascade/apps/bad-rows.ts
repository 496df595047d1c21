import { appendFileSync } from 'node:fs'
import { asset, source } from '@redesmyn/cascade'
import { stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Row = Type.Object({ id: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), x: Type.Number() })

/** Throws at 1, ends its process at 2, rejects 3; each call leaves a mark in the file `CALLS`. */
function work(name: string, isolation: 'inline' | 'thread' | 'child') {
  return stage({
    name,
    input: Row,
    output: Row,
    isolation,
    handler(batch, context) {
      const xs = batch.column('x')
      appendFileSync(process.env.CALLS ?? '', '.')
      if (xs.includes(1)) throw new Error('a one')
      if (xs.includes(2)) process.abort()
      xs.forEach((x, row) => {
        if (x === 3) context.reject(row, 'RECORD_INVALID', 'a three')
      })
      return { id: batch.column('id'), x: xs }
    },
  })
}

export const inlineWork = work('inline-work', 'inline')
export const threadWork = work('thread-work', 'thread')
export const childWork = work('child-work', 'child')

export const rows = source({ name: 'rows', schema: Row, from: 'rows/*.ndjson' })

const onReject = { maxRows: 10 } as const

export const inline = asset({
  name: 'inline',
  input: rows,
  pipeline: inlineWork,
  to: 'out/inline/',
  format: 'ndjson',
  onReject,
})
export const thread = asset({
  name: 'thread',
  input: rows,
  pipeline: threadWork,
  to: 'out/thread/',
  format: 'ndjson',
  onReject,
})
export const child = asset({
  name: 'child',
  input: rows,
  pipeline: childWork,
  to: 'out/child/',
  format: 'ndjson',
  onReject,
})
