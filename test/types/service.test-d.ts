import { modelCache, provider, type Service, service, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Point = Type.Object({ x: Type.Number() })
const Label = Type.Object({ label: Type.String() })

// R113: Records have the type of the input, and what is returned that of the output.
const labelled: Service<typeof Point, typeof Label> = service('/label/{id}', Point, Label, async ({ records }) =>
  records.map(({ x }) => ({ label: x.toFixed(1) })),
)
const [row] = await labelled.invoke([{ x: 1 }])
row?.label satisfies string | undefined
// @ts-expect-error the service takes points
void labelled.invoke([{ y: 1 }])
// @ts-expect-error a label is a text
service('/wrong', Point, Label, async ({ records }) => records.map(({ x }) => ({ label: x })))
// @ts-expect-error there is no such field
service('/wrong', Point, Label, ({ records }) => records.map(({ y }) => ({ label: String(y) })))

// A provider's value has its type.
const clock = provider('clock', async () => ({ now: () => 1 }), { dispose: (own) => void own.now() })
stage({
  name: 'timed',
  input: Point,
  output: Point,
  needs: [clock],
  handler: (batch, context) => {
    context.get(clock).now() satisfies number
    // @ts-expect-error a clock has no hands
    context.get(clock).hands satisfies unknown
    return batch.rows()
  },
})
// @ts-expect-error the same, made in another way, is of the same type
clock.with(() => 'noon')

declare const store: Parameters<typeof modelCache>[0]['store']
const models = modelCache({ store, path: '/{id}/m', load: { load: () => 3 } })
service('/m/{id}', Point, Point, ({ records, model }) => records.map(({ x }) => ({ x: x + model })), { models })
