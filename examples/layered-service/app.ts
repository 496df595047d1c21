import { app } from '@redesmyn/core'
import { estimate } from './handlers/estimate.ts'

export default app({ endpoints: [estimate] })
