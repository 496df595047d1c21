import { PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { brokenOffText } from '../../../packages/cascade/dist/cli/run/run-summary.js'
import { runFlagOf } from '../../../packages/cascade/dist/run/options/run-option-text.js'
import { runOptionNames, runOptionTable } from '../../../packages/cascade/dist/run/options/run-option-table.js'
import { samplePlan } from '../run/sample-plan.ts'
import { sampleReport } from '../run/sample-report.ts'
import { uniformStatus } from '../run/sample-status.ts'
import { assertSchema } from '../schema-of-json.ts'
import { MemoryIo, runOver } from './memory-io.ts'
import { scriptedDriver } from './scripted-driver.ts'

describe('cascade run', () => {
  test('the help names every option with its meaning', async () => {
    const { code, stdout } = await runOver(scriptedDriver(), ['run', '--help'])

    const help = stdout.replace(/\s+/g, ' ')
    expect(code).toBe(0)
    for (const name of runOptionNames) {
      expect(help).toContain(runFlagOf(name))
      expect(help).toContain(runOptionTable[name].description)
    }
  })

  test('asks for the asset behind the #, with the options that the flags say', async () => {
    const driver = scriptedDriver()
    const flags = [
      '--memory',
      '600MiB',
      '--shard',
      '3/8',
      '--input',
      'a/*',
      '--input',
      'b',
      '--accept-drift',
      '--max-rejects',
      '1%',
    ]

    const { code } = await runOver(driver, ['run', 'flow.ts#scored', ...flags])

    expect(code).toBe(0)
    expect(driver.requests).toMatchObject([
      {
        app: 'flow.ts',
        asset: 'scored',
        options: {
          memoryBytes: 600 * 1024 ** 2,
          shard: '3/8',
          input: ['a/*', 'b'],
          acceptDrift: true,
          maxRejects: '1%',
        },
      },
    ])
    expect(driver.requests[0].options).not.toHaveProperty('quiet')
  })

  test('C13 stdout stays empty, and the summary says on stderr what came of it and where it is', async () => {
    const { stdout, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored'])

    expect(stdout).toBe('')
    expect(`\n${stderr}`).toMatchInlineSnapshot(`
      "
      scored: completed, 20 of 20 parts, 4 of them before this run
        rows      1,000,000 in, of which 989,000 out, 10,000 filtered, 1,000 rejected
        written   989,000 rows
        time      40.0 s, 20.0 k rows/s, slowest: score
        output    /data/out/scored
        rejected  /data/out/rejected
                  cascade rejects /data/out/scored
      "
    `)
  })

  test('C13 --quiet prints one line', async () => {
    const { stdout, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--quiet'])

    expect(stdout).toBe('')
    expect(stderr).toBe('scored: completed, 1,000,000 rows in, 989,000 written, 1,000 rejected, 40.0 s\n')
  })

  test('C15 --json prints the reports on stdout alone', async () => {
    const { stdout, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--json', '--quiet'])

    const report: unknown = JSON.parse(stdout)
    assertSchema('run-report', report)
    expect(report).toMatchObject({
      assets: [{ asset: 'scored', outcome: 'completed', bottleneck: 'score', rowsPerSecond: 20_000 }],
    })
    expect(stderr.split('\n')).toHaveLength(2)
  })

  test('with --progress=json every line on stderr keeps the schema, the summary and a failure too', async () => {
    const failing = scriptedDriver({ run: () => Promise.reject(new PipelineError('SINK_FAILED', 'the disk is gone')) })

    const sound = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--progress=json'])
    const failed = await runOver(failing, ['run', 'flow.ts#scored', '--progress', 'json'])

    for (const { stderr } of [sound, failed]) {
      for (const line of stderr.trimEnd().split('\n')) assertSchema('progress-event', JSON.parse(line))
    }
    expect(JSON.parse(sound.stderr)).toMatchObject({ event: 'summary', rows: { written: 989_000 } })
    expect(JSON.parse(failed.stderr)).toMatchObject({ event: 'runFailed', code: 'SINK_FAILED' })
  })

  test('shows progress while it runs, and takes it away', async () => {
    const io = new MemoryIo()
    const driver = scriptedDriver({
      async run(_, watcher) {
        watcher.began(() => uniformStatus(io.clock.now()))
        io.clock.advance(11_000)
        return [sampleReport()]
      },
    })

    const { stderr } = await runOver(driver, ['run', 'flow.ts#scored'], io)

    expect(stderr.match(/^scored: \d+%/gm)).toHaveLength(2)
    expect(io.clock.timerCount).toBe(0)
  })

  test('rows on stdout leave no room for a report there', async () => {
    const { code, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts', '--output', '-', '--json'])

    expect(code).toBe(2)
    expect(stderr).toContain('stdout takes the rows of --output -')
  })

  test('an output that was complete says that nothing was done', async () => {
    const driver = scriptedDriver({ run: async () => [sampleReport({ outcome: 'unchanged' })] })

    const { stderr } = await runOver(driver, ['run', 'flow.ts#scored'])

    expect(stderr).toBe('scored: everything was there, nothing was done\n  output    /data/out/scored\n')
  })
})

describe('a run that is interrupted', () => {
  /** Runs until its signal aborts. */
  const untilAborted = (io: MemoryIo) =>
    scriptedDriver({
      run: (request, watcher) =>
        new Promise((_, reject) => {
          watcher.began(() => uniformStatus(io.clock.now()))
          request.signal.addEventListener('abort', () => {
            watcher.ended()
            reject(request.signal.reason)
          })
          io.clock.advance(12_000)
          io.signal('SIGINT')
        }),
    })

  test('ends with 130, what is committed, and the command to go on', async () => {
    const io = new MemoryIo()

    const { code, stderr } = await runOver(
      untilAborted(io),
      ['run', 'flow.ts#scored', '--restart', '--input', 'a b/*'],
      io,
    )

    expect(code).toBe(130)
    expect(stderr).toContain('committed 8 of 20 parts, 400,000 rows of the input; these are kept')
    expect(stderr).toContain(
      "stopped: the run was interrupted by SIGINT\nnext:  go on with: cascade run flow.ts#scored --input 'a b/*'\n",
    )
    expect(io.listenerCount).toBe(0)
  })

  test('before the first part is committed there is nothing to keep', () => {
    const status = uniformStatus(1000, { parts: { total: 20, committed: 0, atStart: 0 } })

    expect(brokenOffText(status)).toBe('scored: stopped after 1.00 s\n  committed none of 20 parts\n')
  })

  test('twice ends at once', async () => {
    const io = new MemoryIo()
    const stubborn = scriptedDriver({
      async run() {
        io.signal('SIGTERM')
        expect(io.isAbandoned).toBe(false)
        io.signal('SIGINT')
        return [sampleReport()]
      },
    })

    const { stderr } = await runOver(stubborn, ['run', 'flow.ts#scored'], io)

    expect(io.isAbandoned).toBe(true)
    expect(stderr).toContain('SIGINT again: it ends here; committed parts are kept.')
  })
})

describe('looking first', () => {
  test.each([
    [['--explain'], 'source   trips: parquet'],
    [['--explain=text'], 'source   trips: parquet'],
    [['--explain=mermaid'], 'flowchart LR'],
    [['--explain', 'dot'], 'digraph "scored" {'],
  ])('%j prints the plan and runs nothing', async (flags, text) => {
    const driver = scriptedDriver({ run: () => Promise.reject(new Error('it ran')) })

    const { code, stdout, stderr } = await runOver(driver, ['run', 'flow.ts#scored', ...flags])

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(text)
  })

  test('C15 --explain=json, --explain --json and --dry-run --json print one schema', async () => {
    for (const flags of [['--explain=json'], ['--explain', '--json'], ['--dry-run', '--json']]) {
      const { stdout } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', ...flags])

      assertSchema('run-plan', JSON.parse(stdout))
    }
  })

  test('--explain=analyze runs, and says where the time went', async () => {
    const { code, stdout, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--explain=analyze'])

    expect(code).toBe(0)
    expect(stdout).toContain('Slowest: score.')
    expect(stderr).toContain('scored: completed')
  })

  test('--dry-run says what would be done, and ends with what a run would be refused with', async () => {
    const held = scriptedDriver({ plan: async () => [samplePlan({ resume: { state: 'held', pid: 7, host: 'h' } })] })

    const sound = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--dry-run'])
    const refused = await runOver(held, ['run', 'flow.ts#scored', '--dry-run'])

    expect(`\n${sound.stdout}`).toMatchInlineSnapshot(`
      "
      scored: trips → featurise → score → /data/out/scored
        takes   up to 600 MiB; 120 MiB are needed
        reads   2 files, 6.00 MiB, 150,000 rows
        makes   2 of 3 parts; 1 of 3 parts were committed before

      The dry run is sound.
      "
    `)
    expect([sound.code, refused.code]).toEqual([0, 5])
    expect(refused.stdout).toContain('process 7 on h works on it')
  })

  test('an unknown form is refused with those that there are', async () => {
    const { code, stderr } = await runOver(scriptedDriver(), ['run', 'flow.ts#scored', '--explain=svg'])

    expect(code).toBe(2)
    expect(stderr).toContain('--explain must be one of text, json, mermaid, dot, analyze, got "svg"')
  })
})
