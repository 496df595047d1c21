import { expect, test } from 'vitest'
import { RejectBudget } from '../../../../packages/cascade/dist/run/execute/reject-budget.js'
import { thrownBy } from '../../../thrown.ts'

const anyRows = Number.POSITIVE_INFINITY

test('one reject more than the limit stops a run; those of parts committed before count', () => {
  const budget = new RejectBudget({ maxRows: 100, maxRatio: 1 }, 1000, 60)
  budget.add(40)

  const refusal = thrownBy(() => budget.add(1))
  expect(refusal).toMatchObject({ code: 'REJECTS_EXCEEDED' })
  expect(refusal.message).toContain('101 rows rejected, expected at most 100 rows')
})

test('a share counts against all rows of the input as soon as they are known, else at the end', () => {
  const known = new RejectBudget({ maxRows: anyRows, maxRatio: 0.01 }, 1000, 0)
  const unknown = new RejectBudget({ maxRows: anyRows, maxRatio: 0.01 }, undefined, 0)
  known.add(10)
  unknown.add(11)

  expect(thrownBy(() => known.add(1)).message).toContain('expected at most 1 % of 1,000 rows')
  expect(thrownBy(() => unknown.assertRatio(1000))).toMatchObject({ code: 'REJECTS_EXCEEDED' })
  unknown.assertRatio(1100)
})
