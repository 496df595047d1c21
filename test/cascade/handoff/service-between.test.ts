import { between } from '@redesmyn/cascade'
import { conformanceOf } from './between-conformance.ts'

conformanceOf({
  name: 'between.service()',
  transport: 'local',
  open: (stage, options) => between.service().open([stage], options),
})
