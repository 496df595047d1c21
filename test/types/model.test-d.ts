import {
  eachRow,
  endpoint,
  type Handler,
  type HandlerContext,
  type ModelCache,
  retry,
  stage,
  timeout,
} from '@redesmyn/core'
import { type TObject, Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Result = Type.Object({ y: Type.Number() })
const sides = { name: 's', input: Point, output: Result }

interface Scale {
  scale(x: number): number
}
interface Other {
  other(): void
}
declare const scales: ModelCache<Scale>
declare const others: ModelCache<Other>

// R015: a handler names its model by its type; an endpoint must bring exactly that.
const plain = stage({ ...sides, handler: (batch) => ({ y: batch.column('x') }) })
const scaled = stage({
  ...sides,
  handler: (batch, { model }: HandlerContext<Scale>) => ({ y: batch.column('x').map((x) => model.scale(x)) }),
})
endpoint('/plain', plain)
endpoint('/plain', plain, { maxBodyBytes: 1024 })
endpoint('/scaled/{id}', scaled, { models: scales, onInvalid: 'null' })
// @ts-expect-error the handler takes a model
endpoint('/scaled/{id}', scaled)
// @ts-expect-error the handler takes a model
endpoint('/scaled/{id}', scaled, { maxBodyBytes: 1024 })
// @ts-expect-error the handler takes another model
endpoint('/scaled/{id}', scaled, { models: others })
// @ts-expect-error the handler takes no model
endpoint('/plain/{id}', plain, { models: scales })
// @ts-expect-error without a model there is nothing to call
stage({ ...sides, handler: (_batch, context) => ({ y: [context.model.scale(1)] }) })

await plain([{ x: 1 }])
await scaled([{ x: 1 }], { model: { scale: (x) => 2 * x } })
// @ts-expect-error a direct call must bring the model
await scaled([{ x: 1 }])
// @ts-expect-error a direct call brings the handler's own model
await scaled([{ x: 1 }], { model: { other() {} } })

// Handlers made by functions keep the types of the stage they are written into.
declare function declared<I extends TObject, O extends TObject>(): Handler<I, O, Scale>
declare function fixed<I extends TObject, O extends TObject>(file: string): Handler<I, O>
endpoint('/a/{id}', stage({ ...sides, handler: declared() }), { models: scales })
endpoint('/a', stage({ ...sides, handler: fixed('model.onnx') }))
// @ts-expect-error the handler takes a model
endpoint('/a', stage({ ...sides, handler: declared() }))

endpoint('/rows', stage({ ...sides, handler: eachRow((row) => ({ y: row.x })) }))
endpoint(
  '/rows/{id}',
  stage({ ...sides, handler: eachRow((row, { model }: HandlerContext<Scale>) => ({ y: model.scale(row.x) })) }),
  {
    models: scales,
  },
)
// @ts-expect-error a row has only the fields of the input
stage({ ...sides, handler: eachRow((row) => ({ y: row.z })) })
// @ts-expect-error the function returns a row of the output
stage({ ...sides, handler: eachRow((row) => ({ z: row.x })) })
endpoint('/layers', stage({ ...sides, handler: timeout(50)(retry()((batch) => ({ y: batch.column('x') }))) }))
