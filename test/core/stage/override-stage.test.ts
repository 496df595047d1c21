import { overrideStage, stage } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'

const score = stage({
  name: 'score',
  threads: 2,
  batch: { maxRows: 16 },
  handler: (batch) => batch.rows(),
})

function overridden(options: Readonly<Record<string, unknown>>) {
  return overrideStage(score, [{ place: 'file: stages.score', stage: 'score', options }]).config
}

describe('overrideStage', () => {
  test('gives what is overridden and keeps what is not, also within a group', () => {
    const config = overridden({ threads: 4, batch: { maxDelayMs: 5 } })

    expect(config).toMatchObject({ threads: 4, concurrency: 1, batch: { maxRows: 16, maxDelayMs: 5 } })
  })

  test('works out defaults anew, as if the author had written it', () => {
    // With a delay and no minRows a batch waits until it is full.
    expect(overridden({ batch: { maxDelayMs: 5 } }).batch.minRows).toBe(16)
    expect(score.config.batch.minRows).toBe(1)
  })

  test('takes those for its name and those for all, the last one winning', () => {
    const config = overrideStage(score, [
      { place: 'a', stage: 'other', options: { threads: 9 } },
      { place: 'b', stage: 'score', options: { threads: 3 } },
      { place: 'c', stage: undefined, options: { threads: 5 } },
    ]).config

    expect(config.threads).toBe(5)
  })

  test('what is said of all is not said of one without threads of its own', () => {
    const forAll = { place: 'a', stage: undefined, options: { threads: 5 } }
    const inline = { place: 'b', stage: 'light', options: { isolation: 'inline' } }
    const light = stage({ name: 'light', handler: (batch) => batch.rows() })

    expect(overrideStage(light, [forAll, inline]).config).toMatchObject({ isolation: 'inline', threads: 1 })
    expect(overrideStage(light, [forAll]).config).toMatchObject({ isolation: 'thread', threads: 5 })
  })

  test("names in env are the user's own", () => {
    const options = { isolation: 'child', env: { CUDA_VISIBLE_DEVICES: '1' } }

    expect(overridden(options)).toMatchObject(options)
  })

  test.each([
    [{ threads: 0 }, 'file: stages.score: threads of stage "score" must be a whole number >= 1, got 0'],
    [{ batch: { maxRows: 'many' } }, 'batch.maxRows of stage "score" must be a whole number >= 0, got "many"'],
    [{ batch: { minRows: 4 } }, 'batch.minRows of stage "score" needs batch.maxDelayMs'],
    [{ thread: 4 }, 'file: stages.score: "thread" is not an option of a stage, did you mean "threads"?'],
    [
      { batch: { maxRow: 4 } },
      'file: stages.score.batch: "maxRow" is not an option of a stage, did you mean "maxRows"?',
    ],
    [{ handler: 4 }, '"handler" is not an option of a stage'],
  ])('%j is refused with its place', (options, message) => {
    expect(() => overridden(options)).toThrow(message)
    expect(() => overridden(options)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
