import { PipelineError } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { createFrontEnd } from '../../../../packages/worker/dist/http/create-front-end.js'
import { refuseFallback } from './front-end-under-test.ts'
import { ManualClock } from './manual-clock.ts'
import { TestListener } from './test-listener.ts'

const options = { host: '127.0.0.1', port: 0, maxInFlightBytes: 1000, clock: new ManualClock() }
const missing = (): Promise<never> => Promise.reject(new PipelineError('CONFIG_INVALID', 'no binary for this machine'))

test('auto falls back to node:http where uWebSockets does not load, and says why', async () => {
  const reasons: string[] = []
  const loading = { loadUws: missing, onFallback: (error: Error) => void reasons.push(error.message) }

  const frontEnd = await createFrontEnd('auto', options, loading)
  const { port } = await frontEnd.listen(new TestListener())
  const response = await fetch(`http://127.0.0.1:${port}/now`)

  expect(await response.text()).toBe('now')
  expect(reasons).toEqual(['no binary for this machine'])
  await frontEnd.close(0)
})

test('uws is refused where it does not load', async () => {
  const loading = { loadUws: missing, onFallback: () => undefined }

  await expect(createFrontEnd('uws', options, loading)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

test('http never asks for uWebSockets', async () => {
  await expect(createFrontEnd('http', options, { ...refuseFallback, loadUws: missing })).resolves.toBeDefined()
})
