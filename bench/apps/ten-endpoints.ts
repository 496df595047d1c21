import { endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const stages = Array.from({ length: 10 }, (_, index) =>
  stage({
    name: `exp-${index}`,
    input: Type.Object({ x: Type.Number() }),
    output: Type.Object({ y: Type.Number() }),
    handler: (batch) => ({ y: batch.column('x').map(Math.exp) }),
  }),
)

export default stages.map((exp, index) => endpoint(index === 0 ? '/inference' : `/inference-${index}`, exp))
