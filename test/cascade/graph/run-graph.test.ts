import { asset, type Asset, findAssets, type GraphRun, runGraph, selectAssets, source } from '@redesmyn/cascade'
import { PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { expect, test } from 'vitest'

const Point = Type.Object({ x: Type.Number() })
const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => ({ x: batch.column('x') }) })
const points = source({ schema: Point, from: 'points.parquet' })

function made(inputs: Readonly<Record<string, Asset<typeof Point>>>, to: string): Asset<typeof Point> {
  return asset({ inputs, schema: Point, to, make: () => [] })
}

// A diamond: two branches of one asset, joined.
const base = asset({ input: points, pipeline: same, to: 'out/base' })
const left = made({ base }, 'out/left')
const right = made({ base }, 'out/right')
const joined = made({ left, right }, 'out/joined')
const alone = asset({ input: points, pipeline: same, to: 'out/alone' })
const assets = findAssets({ points, joined, base, left, right, alone })

/** A run whose assets are made by hand: each waits for its own word. */
class HandRun {
  readonly begun: string[] = []
  readonly results = new Map<string, ReadonlyMap<string, string>>()
  readonly #waiting = new Map<string, { resolve: (result: string) => void; reject: (error: unknown) => void }>()
  readonly done: ReturnType<typeof runGraph<string>>

  constructor(selection: readonly string[], options: Partial<GraphRun<string>> = {}) {
    const run: GraphRun<string>['runFrame'] = async ({ name }, { upstream }) => {
      this.begun.push(name)
      this.results.set(name, upstream)
      return await new Promise((resolve, reject) => this.#waiting.set(name, { resolve, reject }))
    }
    const signal = new AbortController().signal
    this.done = runGraph({
      assets: selectAssets(assets, selection),
      signal,
      runPipeline: async (one, context) => await run({ ...one, kind: 'frame', inputs: {}, make: () => [] }, context),
      runFrame: run,
      ...options,
    })
  }

  async end(name: string): Promise<void> {
    this.#waiting.get(name)?.resolve(`rows of ${name}`)
    await settle()
  }

  async fail(name: string): Promise<void> {
    this.#waiting.get(name)?.reject(new PipelineError('HANDLER_ERROR', `${name} failed`))
    await settle()
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('C7 R142 assets run in the order of their dependencies, independent branches side by side', async () => {
  const run = new HandRun(['+joined'])
  expect(run.begun).toEqual(['base'])

  await run.end('base')
  expect(run.begun).toEqual(['base', 'left', 'right'])

  await run.end('right')
  expect(run.begun).toHaveLength(3)
  await run.end('left')
  await run.end('joined')

  expect([...(await run.done).outcomes.keys()]).toEqual(['base', 'right', 'left', 'joined'])
})

test('R140 each asset is made once in a run, however many are made of it', async () => {
  const run = new HandRun([], { maxParallel: 8 })
  for (const name of ['base', 'alone', 'left', 'right', 'joined']) await run.end(name)
  await run.done

  expect(run.begun.toSorted()).toEqual(['alone', 'base', 'joined', 'left', 'right'])
  expect(run.results.get('joined')).toEqual(
    new Map([
      ['left', 'rows of left'],
      ['right', 'rows of right'],
    ]),
  )
})

test('no more assets are made at the same time than were asked for', async () => {
  const run = new HandRun([], { maxParallel: 1 })
  expect(run.begun).toEqual(['base'])
  await run.end('base')
  expect(run.begun).toHaveLength(2)
  for (const name of ['left', 'right', 'joined', 'alone']) await run.end(name)
  for (const name of ['left', 'right', 'joined', 'alone']) await run.end(name)
  await run.done
})

test('R142 what is made of an asset that failed is skipped, and the rest is still made', async () => {
  const run = new HandRun([], { maxParallel: 8 })
  await run.end('base')
  await run.fail('left')
  await run.end('right')
  await run.end('alone')
  const { outcomes } = await run.done

  expect(run.begun).not.toContain('joined')
  expect(outcomes.get('left')).toMatchObject({ state: 'failed', error: { message: 'left failed' } })
  expect(outcomes.get('joined')).toEqual({ state: 'skipped', because: 'left' })
  expect(outcomes.get('right')).toEqual({ state: 'made', result: 'rows of right' })
  expect(outcomes.get('alone')).toEqual({ state: 'made', result: 'rows of alone' })
})

test('what is between two selected assets and not selected itself still keeps their order', async () => {
  const run = new HandRun(['base', 'joined'])
  expect(run.begun).toEqual(['base'])

  await run.end('base')
  await run.end('joined')

  expect((await run.done).outcomes.size).toBe(2)
})

test('a run that is stopped begins nothing more and rejects when nothing runs any more', async () => {
  const stop = new AbortController()
  const run = new HandRun(['+joined'], { signal: stop.signal })
  const outcome = expect(run.done).rejects.toMatchObject({ code: 'RUN_INTERRUPTED' })

  stop.abort(new PipelineError('RUN_INTERRUPTED', 'stopped'))
  await run.end('base')

  await outcome
  expect(run.begun).toEqual(['base'])
})

test('partitions reach every asset, and are refused for one that is made of whole frames', async () => {
  const seen: unknown[] = []
  const runPipeline: GraphRun<string>['runPipeline'] = async ({ name }, { partition }) => {
    seen.push([name, partition])
    return name
  }
  await new HandRun(['base', 'alone'], { partition: ['day=1'], runPipeline }).done

  expect(seen).toEqual([
    ['base', ['day=1']],
    ['alone', ['day=1']],
  ])
  await expect(new HandRun(['+left'], { partition: ['day=1'] }).done).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'asset "left" is made of whole frames and not of partitions: leave it out of the selection',
  })
})
