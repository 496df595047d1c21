import { readFileSync } from 'node:fs'
import { type ErrorCode, errorTable, PipelineError } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { isLoss, mayRetry, retryTable } from '../../../packages/cascade/dist/between/retry-rules.js'

const codes = Object.keys(errorTable) as ErrorCode[]

test('C83 what may run twice is called again for the codes of the table, and for no other', () => {
  const again = codes.filter((code) => mayRetry(new PipelineError(code, 'failed'), 'pure'))

  expect(again.toSorted()).toEqual(Object.keys(retryTable).toSorted())
  expect(again.filter((code) => mayRetry(new PipelineError(code, 'failed'), 'idempotent'))).toEqual(again)
})

test('C83 a stage that may run once is called again only where nothing of the call has run', () => {
  const unsure = codes.filter((code) => mayRetry(new PipelineError(code, 'failed'), 'once'))
  const sure = codes.filter((code) => mayRetry(refused(code), 'once'))

  expect(unsure).toEqual(['NOT_EXECUTED'])
  expect(sure.toSorted()).toEqual(Object.keys(retryTable).toSorted())
})

test('nothing that the table of errors calls final is tried again', () => {
  for (const code of Object.keys(retryTable) as ErrorCode[]) expect(errorTable[code].isRetryable).toBe(true)
})

test('what a process further on has given up is not tried again on each side', () => {
  const error = new PipelineError('HANDOFF_FAILED', 'failed', { details: { stage: 'z', between: 'host', attempts: 6 } })

  expect(mayRetry(error, 'pure')).toBe(false)
})

test('a batch is suspected where what ran it ended, not where something tells that it is away', () => {
  expect(isLoss(new PipelineError('EXECUTOR_LOST', 'failed'))).toBe(true)
  expect(isLoss(new PipelineError('HANDOFF_FAILED', 'failed'))).toBe(true)
  expect(isLoss(refused('HANDOFF_FAILED'))).toBe(false)
  expect(isLoss(new PipelineError('HANDOFF_FAILED', 'failed', { details: { status: 503 } }))).toBe(false)
  expect(isLoss(new PipelineError('HANDOFF_FAILED', 'failed', { details: { timeoutMs: 50 } }))).toBe(false)
  expect(isLoss(new PipelineError('DEADLINE_EXCEEDED', 'failed'))).toBe(false)
})

test('the guide has the table as it is', () => {
  const guide = readFileSync(new URL('../../../docs/handoffs.md', import.meta.url), 'utf8')

  for (const [code, { once }] of Object.entries(retryTable)) {
    expect(guide).toMatch(new RegExp(`\\| ${code} \\| yes \\| yes \\| ${once === 'always' ? 'yes' : 'if refused'} \\|`))
  }
})

function refused(code: ErrorCode): PipelineError {
  return new PipelineError(code, 'failed', { details: { notExecuted: true } })
}
