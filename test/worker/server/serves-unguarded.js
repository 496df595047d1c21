import { endpoint, stage } from '@redesmyn/core'
import { serve } from '@redesmyn/worker'

export default endpoint('/same', stage({ name: 'same', handler: (batch) => batch.rows() }))

await serve(import.meta, { port: 0, logLevel: 'silent' })
