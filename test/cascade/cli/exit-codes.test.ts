import { type ErrorCode, PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { runOver } from './memory-io.ts'
import { scriptedDriver } from './scripted-driver.ts'

async function runFailing(code: ErrorCode, cause?: Error) {
  const error = new PipelineError(code, 'it went wrong', { cause })
  return await runOver(scriptedDriver({ run: () => Promise.reject(error) }), ['run', 'flow.ts#scored'])
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code })
}

async function expectExit(exitCode: number, code: ErrorCode, nextStep?: string) {
  const told = await runFailing(code)

  expect(told.code).toBe(exitCode)
  expect(told.stdout).toBe('')
  expect(told.stderr).toContain('it went wrong')
  expect(/^next:  (.*)$/m.exec(told.stderr)?.[1] ?? '').toContain(nextStep ?? '')
  expect(told.stderr.includes('next:')).toBe(nextStep !== undefined)
}

describe('the exit code of a run', () => {
  test('C14 is 0 when it is done', async () => {
    expect((await runOver(scriptedDriver(), ['run', 'flow.ts#scored'])).code).toBe(0)
  })

  test('C14 is 1 for a file that cannot be read or written, for a broken contract of a handler, and for a defect', async () => {
    await expectExit(1, 'SOURCE_FAILED', 'give the same command again')
    await expectExit(1, 'SINK_FAILED', 'give the same command again')
    await expectExit(1, 'HANDLER_OUTPUT_MISMATCH', 'mend the handler')
    await expectExit(1, 'INTERNAL')
  })

  test('C14 is 2 for what the user wrote', async () => {
    await expectExit(2, 'CONFIG_INVALID', 'correct it')
    await expectExit(2, 'GRAPH_CYCLE', 'take one of these inputs away')
  })

  test('C14 is 3 for too many rejects', async () => {
    await expectExit(3, 'REJECTS_EXCEEDED', '--max-rejects')
  })

  test('C14 is 4 for schemas that do not fit', async () => {
    await expectExit(4, 'SCHEMA_MISMATCH', 'make the schema say')
    await expectExit(4, 'SCHEMA_NOT_ASSIGNABLE', 'make the schemas agree')
  })

  test('C14 is 5 for a changed plan, a lock and missing parts', async () => {
    await expectExit(5, 'PLAN_CHANGED', '--restart begins anew')
    await expectExit(5, 'OUTPUT_LOCKED', '30 s of silence')
    await expectExit(5, 'PARTS_MISSING', 'shards that are missing')
  })

  test('C14 is 6 for another host that cannot be reached', async () => {
    await expectExit(6, 'HANDOFF_FAILED', 'cascade serve <app> --stage <name>')
  })

  test('C14 is 7 for too little memory', async () => {
    await expectExit(7, 'MEMORY_INSUFFICIENT', '--memory')
  })

  test('C14 is 130 for an interruption', async () => {
    await expectExit(130, 'RUN_INTERRUPTED', 'go on with: cascade run flow.ts#scored')
  })

  test('a full disk and a missing file have steps of their own', async () => {
    const full = await runFailing('SINK_FAILED', systemError('ENOSPC'))
    const missing = await runFailing('SOURCE_FAILED', systemError('ENOENT'))

    expect(full.stderr).toContain('next:  make room on that disk')
    expect(missing.stderr).toContain('next:  correct the path, or name other files with --input')
  })

  test('an unreadable input is a mistake that check has found', async () => {
    const error = new PipelineError('SOURCE_FAILED', 'it went wrong')
    const driver = scriptedDriver({ check: () => Promise.reject(error) })

    expect((await runOver(driver, ['check', 'flow.ts'])).code).toBe(2)
  })
})
