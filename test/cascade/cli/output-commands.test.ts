import { PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import type { RejectsRequest } from '../../../packages/cascade/dist/run/rejects-report.js'
import { assertSchema } from '../schema-of-json.ts'
import { runOver } from './memory-io.ts'
import { sampleOutput, sampleRejects, scriptedDriver } from './scripted-driver.ts'

describe('cascade status', () => {
  test('says what is there, what is open, and who was the last to work on it', async () => {
    const { code, stdout, stderr } = await runOver(scriptedDriver(), ['status', '/data/out/scored'])

    expect([code, stderr]).toEqual([0, ''])
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      scored: stopped
        output    /data/out/scored
        parts     7 of 40 parts (17%)
        open      7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26 and 13 more
        rows      350,000 in, of which 340,000 out, 9,000 filtered, 1,000 rejected
        written   340,000 rows, 7 files, 7.00 MiB
        code      b3f1
        last part 2026-01-01T00:00:00.000Z
        last held process 4711 on worker-3, run run-1, epoch 2, last heard of 1:35 ago
        next      the command that began it goes on
      "
    `)
  })

  test('C15 --json keeps its schema, also before anything was committed', async () => {
    const empty = { ...sampleOutput, holder: undefined, lastCommitAt: undefined }
    for (const status of [sampleOutput, empty]) {
      const { stdout } = await runOver(scriptedDriver({ status: async () => status }), ['status', 'out', '--json'])

      assertSchema('output-status', JSON.parse(stdout))
    }
  })
})

describe('cascade rejects', () => {
  test('counts causes and lists rows, without letters that steer a terminal', async () => {
    const { code, stdout } = await runOver(scriptedDriver(), ['rejects', '/data/out/scored'])

    expect(code).toBe(0)
    expect(`\n${stdout}`).toMatchInlineSnapshot(`
      "
      /data/out/scored: 1,000 rows rejected, in /data/out/rejected

            990  trips  RECORD_INVALID: /tip must be number
             10  score  HANDLER_ERROR: no model for zone 7

      a.ndjson, row 12 of its part, trips: RECORD_INVALID: /tip must be number
          {"tip":"\\u001b[2J"}
      a.ndjson, row 40 of its part, score: HANDLER_ERROR: no model for zone 7 (trace 4bf92f3577b34da6a3ce929d0e0e4736)
          {"zone":7}

      998 more: --limit <n> lists as many
      "
    `)
    expect(stdout).not.toContain('\x1b')
  })

  test('asks for one stage and code, and for so many rows', async () => {
    const requests: RejectsRequest[] = []
    const driver = scriptedDriver({
      async rejects(request) {
        requests.push(request)
        return sampleRejects
      },
    })

    await runOver(driver, ['rejects', '/out', '--stage', 'score', '--code', 'HANDLER_ERROR', '--limit', '3'])
    await runOver(driver, ['rejects', '/out'])

    expect(requests).toEqual([
      { folder: '/out', maxRows: 3, stage: 'score', code: 'HANDLER_ERROR' },
      { folder: '/out', maxRows: 20 },
    ])
  })

  test('C15 --json keeps its schema', async () => {
    const { stdout } = await runOver(scriptedDriver(), ['rejects', 'out', '--json'])

    assertSchema('rejects-report', JSON.parse(stdout))
  })

  test('a limit that is no number is refused', async () => {
    const { code, stderr } = await runOver(scriptedDriver(), ['rejects', 'out', '--limit', 'all'])

    expect(code).toBe(2)
    expect(stderr).toContain('--limit must be a whole number from 0 to 1000000, got "all"')
  })
})

describe('cascade commit', () => {
  test('says what the shards made together', async () => {
    const { code, stdout, stderr } = await runOver(scriptedDriver(), ['commit', '/data/out/scored'])

    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('scored: completed\n  parts     40\n')
  })

  test('C15 --json keeps its schema', async () => {
    const { stdout } = await runOver(scriptedDriver(), ['commit', 'out', '--json'])

    assertSchema('shards-report', JSON.parse(stdout))
  })

  test('ends with 5 while parts are missing, and says what to do', async () => {
    const error = new PipelineError('PARTS_MISSING', 'parts 3, 4 of 40 are missing')

    const { code, stderr } = await runOver(scriptedDriver({ commitShards: () => Promise.reject(error) }), [
      'commit',
      'out',
    ])

    expect(code).toBe(5)
    expect(stderr).toBe(
      'error: parts 3, 4 of 40 are missing\nnext:  run the shards that are missing, then give the same command again\n',
    )
  })
})

describe('cascade retry-rejects', () => {
  test('runs the asset again with the options that still can be said', async () => {
    const driver = scriptedDriver()

    const { code, stdout } = await runOver(driver, [
      'retry-rejects',
      'flow.ts#scored',
      '--threads',
      '2',
      '--json',
      '--quiet',
    ])

    expect(code).toBe(0)
    expect(driver.requests).toMatchObject([{ app: 'flow.ts', asset: 'scored', options: { threads: 2 } }])
    assertSchema('run-report', JSON.parse(stdout))
  })

  test('what the run has settled cannot be said again', async () => {
    const { code, stderr } = await runOver(scriptedDriver(), ['retry-rejects', 'flow.ts#scored', '--part-rows', '2'])

    expect(code).toBe(2)
    expect(stderr).toContain("unknown option '--part-rows'")
  })
})
