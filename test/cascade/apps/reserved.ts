import { endpoint, stage } from '@redesmyn/core'

export const any = stage({ name: 'any', handler: (batch) => batch.rows() })

export default endpoint('/metrics', any)
