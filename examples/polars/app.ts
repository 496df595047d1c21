import { endpoint, stage } from '@redesmyn/core'
import pl from 'nodejs-polars'
import { Type } from 'typebox'

const Trip = Type.Object({
  km: Type.Number({ minimum: 0 }),
  minutes: Type.Number({ exclusiveMinimum: 0 }),
  night: Type.Boolean(),
})
const Quote = Type.Object({ fare: Type.Number(), speed: Type.Number(), tariff: Type.String() })

// Building an expression costs more than running it, so each is built once, here, and not in the handler.
const distance = pl.when(pl.col('night')).then(pl.col('km').mul(2.5)).otherwise(pl.col('km').mul(1.8))
const quote = [
  distance.add(pl.col('minutes').mul(0.35)).add(3.2).round(2).alias('fare'),
  pl.col('km').div(pl.col('minutes')).mul(60).alias('speed'),
  pl.when(pl.col('night')).then(pl.lit('night')).otherwise(pl.lit('day')).alias('tariff'),
]

export const fares = stage({
  name: 'fares',
  input: Trip,
  output: Quote,
  handler: (batch) => batch.toPolars().select(...quote),
})

export default endpoint('/fares', fares)
