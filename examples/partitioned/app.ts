import { asset, partitioned, source } from '@redesmyn/cascade'
import { endpoint, stage } from '@redesmyn/core'
import { fsStore, modelCache, onnxHandler, onnxModel } from '@redesmyn/worker'
import { Type } from 'typebox'

const Weather = Type.Object({ celsius: Type.Number(), daylight_hours: Type.Number() })
const Reading = Type.Object({ region: Type.String(), ...Weather.properties })
const Load = Type.Object({ megawatts: Type.Number() })

/** What a region's network has to carry: its weights are its own. */
export const forecast = stage({ name: 'forecast', input: Weather, output: Load, handler: onnxHandler() })

/** One model for each region, whichever way a region is known: by the path of a request, or by the rows of a run. */
const models = modelCache({ store: fsStore('./models'), path: '/{region}.onnx', load: onnxModel(), maxEntries: 16 })
export const served = endpoint('/score/{region}', forecast, { models })

export const readings = source({ schema: Reading, from: 'data/readings.ndjson' })
export const loads = asset({
  input: readings,
  pipeline: forecast,
  partitionBy: ['region'],
  models,
  to: 'out/loads',
  format: 'ndjson',
})

const Change = Type.Object({ region: Type.String(), from_mean: Type.Number() })

/** How far each reading is from the mean of its call: rows of two regions have none in common. */
const compare = stage({
  name: 'compare',
  input: Reading,
  output: Change,
  batch: { maxRows: 1024 },
  handler(batch, { params }) {
    const celsius = batch.column('celsius')
    const mean = celsius.reduce((sum, value) => sum + value, 0) / batch.rowCount
    return batch.rows().map((row) => ({ region: params['region'] ?? '', from_mean: row.celsius - mean }))
  },
})
export const compared = partitioned(compare, { by: ['region'] })

export default [served, endpoint('/compare', compared), endpoint('/compare-all', compared.auto)]
