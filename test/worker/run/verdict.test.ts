import { type ErrorCode, PipelineError } from '@redesmyn/core'
import { describe, expect, test } from 'vitest'
import { SliceSizes } from '../../../packages/worker/dist/run/slice-sizes.js'
import { judge, lossesIn } from '../../../packages/worker/dist/run/verdict.js'

const whole = { rowCount: 1000, losses: 0, isPart: false }
const alone = { rowCount: 1, losses: 0, isPart: true }

function verdict(code: ErrorCode, rows = whole, effects: 'pure' | 'once' = 'pure') {
  return judge(new PipelineError(code, 'it failed'), effects, rows)
}

describe('rows whose batch has failed', () => {
  test('are halved until one is alone, which is to blame', () => {
    expect([verdict('HANDLER_ERROR'), verdict('HANDLER_ERROR', alone)]).toEqual(['halve', 'reject'])
    expect([verdict('DEADLINE_EXCEEDED'), verdict('DEADLINE_EXCEEDED', alone)]).toEqual(['halve', 'reject'])
  })

  test('are not to blame where the stage itself was set up wrongly', () => {
    const mistake = new PipelineError('HANDLER_ERROR', 'it failed', { details: { thrown: 'CONFIG_INVALID' } })

    expect([judge(mistake, 'pure', whole), judge(mistake, 'once', alone)]).toEqual(['fail', 'fail'])
  })

  test('that end their thread are tried twice whole and twice alone, and once in between', () => {
    const after = (losses: number, rows = whole) => verdict('EXECUTOR_LOST', { ...rows, losses })

    expect([after(1), after(2)]).toEqual(['retry', 'halve'])
    expect(after(1, { ...whole, isPart: true })).toBe('halve')
    expect([after(1, alone), after(2, alone)]).toEqual(['retry', 'reject'])
  })

  test('that have ended two processes elsewhere are halved at once', () => {
    const poison = new PipelineError('EXECUTOR_LOST', 'it failed', { details: { poison: true } })

    expect([lossesIn(poison), lossesIn(new PipelineError('EXECUTOR_LOST', 'it failed'))]).toEqual([2, 1])
    expect(judge(poison, 'pure', { ...whole, losses: lossesIn(poison) })).toBe('halve')
    expect(lossesIn(new PipelineError('HANDLER_ERROR', 'it failed'))).toBe(0)
  })

  test('are not run again where a second call would do something twice', () => {
    const codes = ['HANDLER_ERROR', 'DEADLINE_EXCEEDED', 'EXECUTOR_LOST'] as const

    expect(codes.map((code) => verdict(code, whole, 'once'))).toEqual(['reject', 'reject', 'reject'])
  })

  test.each([
    'OUTPUT_SCHEMA_MISMATCH',
    'HANDLER_OUTPUT_MISMATCH',
    'HANDOFF_FAILED',
    'SCHEMA_MISMATCH',
    'INTERNAL',
  ] as const)('are not to blame for %s', (code) => {
    expect([verdict(code), verdict(code, alone), verdict(code, whole, 'once')]).toEqual(['fail', 'fail', 'fail'])
  })
})

describe('slices of a batch that explodes', () => {
  test('grow as long as they come to less than a batch', () => {
    const sizes = new SliceSizes(65_536)
    const sent: number[] = []
    for (let slice = 0; slice < 5; slice++) {
      sent.push(sizes.next)
      sizes.learn(sizes.next, 2 * sizes.next)
    }

    expect(sent).toEqual([64, 512, 4096, 32_768, 32_768])
  })

  test('come to a batch at most once it is known what they come to', () => {
    const sizes = new SliceSizes(65_536)
    sizes.learn(sizes.next, 64_000)

    expect(sizes.next).toBe(65)
  })
})
