import type { Batch, Middleware } from '@redesmyn/core'

export const exp = (batch: Batch) => ({ y: Float64Array.from(batch.rows(), ({ x }) => Math.exp(Number(x))) })

export const label = (batch: Batch) => batch.rows().map(({ y }) => ({ label: Number(y) > 1 ? 'big' : 'small' }))

export const signed: Middleware = async (_, next) => {
  const reply = await next()
  return { ...reply, headers: { ...reply.headers, 'x-signed': 'yes' } }
}
