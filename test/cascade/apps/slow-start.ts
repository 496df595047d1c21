import { endpoint, stage } from '@redesmyn/core'

// Long enough for any process that ends at once to have ended.
await new Promise((resolve) => setTimeout(resolve, 1000))

export const slowStart = stage({ name: 'slow-start', handler: (batch) => batch.rows() })

export default endpoint('/inference', slowStart)
