import { PipelineError } from '@redesmyn/core'
import { expect, test } from 'vitest'
import { errorReply } from '../../../packages/worker/dist/http/error-reply.js'

test('a client is not told where a stage elsewhere is asked for, but which stage it is', () => {
  const address = 'http://10.0.0.7:8443'
  const error = new PipelineError(
    'HANDOFF_FAILED',
    `stage "score" cannot be called at ${address}: nobody listens there`,
    {
      details: { stage: 'score', between: 'host', instance: address, instances: [address], attempts: 5 },
    },
  )

  const { status, body } = errorReply(error, 'r1')

  expect(status).toBe(502)
  expect(body).not.toContain('10.0.0.7')
  expect(JSON.parse(body)).toEqual({
    error: {
      code: 'HANDOFF_FAILED',
      message: 'stage "score" runs elsewhere: another service could not be reached; details name stage and placement',
      requestId: 'r1',
      details: { stage: 'score', between: 'host', attempts: 5 },
    },
  })
})
