import { expect, test } from 'vitest'
import { byRow, failedRecords, refusedRecords } from '../../../../packages/cascade/dist/run/execute/rejected-records.js'

const rows = { buffer: new SharedArrayBuffer(0), fields: [], capacity: { rows: 4, variable: [] }, rowCount: 4 }

function bad(row: number) {
  return { row, code: 'RECORD_INVALID', message: `row ${row}`, text: Buffer.from('x') } as const
}

test('rows that a stage rejects are numbered as in the part, past the rows that the source refused', () => {
  // Rows 100 to 106 of the part, of which 100, 102 and 105 are bad: the columns hold 101, 103, 104 and 106.
  const block = { rows, firstRow: 100, readRows: 7, bad: [bad(100), bad(105), bad(102)] }
  const failed = [0, 1, 2, 3].map((row) => ({ row, stage: 'score', code: 'HANDLER_ERROR', message: 'no' }) as const)

  const records = [...refusedRecords(block.bad, 'trips'), ...failedRecords(block, failed)].toSorted(byRow)

  expect(records.map(({ row, stage }) => [row, stage])).toEqual([
    [100, 'trips'],
    [101, 'score'],
    [102, 'trips'],
    [103, 'score'],
    [104, 'score'],
    [105, 'trips'],
    [106, 'score'],
  ])
  expect(records.map(({ record }) => typeof record)).toEqual([
    'object',
    'number',
    'object',
    'number',
    'number',
    'object',
    'number',
  ])
})

test('without rejects there is nothing to write', () => {
  expect([...refusedRecords([], 'trips'), ...failedRecords({ rows, firstRow: 0, readRows: 4, bad: [] }, [])]).toEqual(
    [],
  )
})
