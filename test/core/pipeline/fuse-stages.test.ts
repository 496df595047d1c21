import { fuse, pipe, provider, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Row = Type.Object({ x: Type.Number() })
const table = provider('table', () => 'table')
const season = provider('season', () => 'winter')

test('stages that run in one call are given what any of them needs, once', () => {
  const first = stage({ name: 'first', input: Row, output: Row, needs: [season], handler: (batch) => batch.rows() })
  const second = stage({
    name: 'second',
    input: Row,
    output: Row,
    needs: [table, season],
    handler: (batch) => batch.rows(),
  })

  const [head, ...followers] = pipe(first).to(second).stages

  expect(fuse(head, followers).config.needs.map(({ name }) => name)).toEqual(['season', 'table'])
})
