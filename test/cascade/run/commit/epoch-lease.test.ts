import { readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { PipelineError } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import { fakeClock } from '../../../clock/fake-clock.ts'
import { makePart, newFolder, open, planOf } from './written-output.ts'

function epochFile(folder: string, epoch: number): string {
  return join(folder, `_cascade/epochs/${String(epoch).padStart(6, '0')}.json`)
}

/** Files that tell when a renewal is over. */
function renewing() {
  const files = nodeFiles()
  let over: () => void
  const state = { renewed: new Promise<void>((resolve) => (over = resolve)) }
  const renew = async (path: string) => {
    await files.renew(path).finally(() => over())
  }
  return { files: { ...files, renew }, state }
}

test('a holder says every five seconds that it lives, until it closes', async () => {
  const plan = planOf(await newFolder(), 1)
  const clock = fakeClock()
  const { files, state } = renewing()
  const output = await open(plan, { clock, files })
  const path = epochFile(plan.output.folder, 1)
  utimesSync(path, 1_700_000_000, 1_700_000_000)

  clock.advance(4_999)
  expect(statSync(path).mtimeMs).toBe(1_700_000_000_000)
  clock.advance(1)
  await state.renewed

  expect(statSync(path).mtimeMs).toBeGreaterThan(1_700_000_000_000)
  await output.close()
  expect(clock.timerCount).toBe(0)
})

test('a holder that was silent for more than half a minute is taken over, notices, and commits nothing', async () => {
  const plan = planOf(await newFolder(), 2)
  const clock = fakeClock()
  let lost: PipelineError | undefined
  let noticed: () => void
  const notice = new Promise<void>((resolve) => (noticed = resolve))
  const onLost = (error: PipelineError) => {
    lost = error
    noticed()
  }
  const first = await open(plan, { clock, onLost })
  const longAgo = Date.now() / 1000 - 30.5
  utimesSync(epochFile(plan.output.folder, 1), longAgo, longAgo)

  const second = await open(plan, { runId: 'run-2' })
  clock.advance(5_000)
  await notice
  const outcome = await makePart(second, plan.parts[0])

  expect(outcome).toBe('committed')
  expect(lost?.code).toBe('OUTPUT_LOCKED')
  expect(lost?.details).toMatchObject({ epoch: 1, pid: process.pid })
  expect(first.lost()?.code).toBe('OUTPUT_LOCKED')
  await first.close()
  await second.close()
  expect(readdirSync(join(plan.output.folder, '_cascade/epochs'))).toEqual(['000002.json'])
})

test('a holder that was silent for less is not', async () => {
  const plan = planOf(await newFolder(), 1)
  const first = await open(plan)
  const latelyS = Date.now() / 1000 - 29
  utimesSync(epochFile(plan.output.folder, 1), latelyS, latelyS)

  const error: PipelineError = await open(plan, { runId: 'run-2' }).catch((thrown) => thrown)

  expect(error.code).toBe('OUTPUT_LOCKED')
  expect(error.details).toMatchObject({ pid: process.pid, run: 'run-1' })
  await first.close()
})
