import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Part } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import type { Output } from '../../../../packages/cascade/dist/run/commit/output.js'
import { readRejects } from '../../../../packages/cascade/dist/run/report/read-rejects.js'
import { assertSchema } from '../../schema-of-json.ts'
import { makePart, newFolder, open, planOf, rowsOfPart } from '../commit/written-output.ts'

const refused = { _stage: 'rows', _code: 'RECORD_INVALID', _message: '/id must be integer', _file: 'rows.ndjson' }
const thrown = { _stage: 'score', _code: 'HANDLER_ERROR', _message: 'no model', _file: 'rows.ndjson' }

/** Commits a part of which these lines were rejected. */
async function rejectIn(output: Output, part: Part, lines: readonly object[]): Promise<void> {
  const attempt = output.beginPart(part)
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  await writeFile(attempt.rejectsPath, text, { flush: true })
  const rejected = lines.length
  const rows = { in: rowsOfPart, out: 0, filtered: rowsOfPart - rejected, rejected, written: 0 }
  await output.commit(attempt, { data: undefined, rejects: { rowCount: rejected, byteLength: text.length }, rows })
}

async function outputWithRejects(): Promise<string> {
  const folder = await newFolder()
  const plan = planOf(folder, 3)
  const output = await open(plan)
  await rejectIn(output, plan.parts[2], [{ id: 21, ...thrown, _row: 1 }])
  await makePart(output, plan.parts[1])
  await rejectIn(output, plan.parts[0], [
    { id: 'x', ...refused, _row: 3, _text: '{"id": "x"}' },
    { ...refused, _row: 4, _text: 'no json' },
    { id: 5, ...thrown, _row: 5 },
    { ...refused, _row: 6, _bytes: '/w==' },
  ])
  await output.close()
  return folder
}

test('rejects are counted by cause, and listed in the order of parts and rows', async () => {
  const folder = await outputWithRejects()

  const report = await readRejects({ folder, maxRows: 4 })

  assertSchema('rejects-report', report)
  expect(report.rowCount).toBe(5)
  expect(report.causes).toEqual([
    { stage: 'rows', code: 'RECORD_INVALID', message: '/id must be integer', rowCount: 3 },
    { stage: 'score', code: 'HANDLER_ERROR', message: 'no model', rowCount: 2 },
  ])
  expect(report.rows.map(({ row, record }) => [row, record])).toEqual([
    [3, '{"id": "x"}'],
    [4, 'no json'],
    [5, { id: 5 }],
    [6, '/w=='],
  ])
})

test('C43 a rejected row has the trace of the run whose record names its file', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 2)
  for (const [part, traceId] of [[0, 'a'.repeat(32)] as const, [1, 'b'.repeat(32)] as const]) {
    const output = await open(plan, { runId: `run-${part}`, traceId })
    await rejectIn(output, plan.parts[part], [{ id: part, ...thrown, _row: 0 }])
    await output.close()
  }

  const report = await readRejects({ folder, maxRows: 2 })

  assertSchema('rejects-report', report)
  expect(report.rows.map(({ trace }) => trace)).toEqual(['a'.repeat(32), 'b'.repeat(32)])
})

test('those of one stage or code can be asked for', async () => {
  const folder = await outputWithRejects()

  const byStage = await readRejects({ folder, maxRows: 0, stage: 'score' })
  const byCode = await readRejects({ folder, maxRows: 1, code: 'RECORD_INVALID' })

  expect([byStage.rowCount, byStage.rows]).toEqual([2, []])
  expect([byCode.rowCount, byCode.rows.length]).toEqual([3, 1])
})

test('a line that is none of ours is refused with its file', async () => {
  const folder = await newFolder()
  const plan = planOf(folder, 1)
  const output = await open(plan)
  await rejectIn(output, plan.parts[0], [{ id: 1 }])
  await output.close()

  await expect(readRejects({ folder, maxRows: 1 })).rejects.toMatchObject({
    code: 'SOURCE_FAILED',
    message: expect.stringContaining('has a line that is no rejected row'),
  })
})
