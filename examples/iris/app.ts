import { endpoint, stage } from '@redesmyn/core'
import { fsStore, isMain, modelCache, onnxHandler, onnxModel, serve } from '@redesmyn/worker'
import { Type } from 'typebox'

const Flower = Type.Object({ sepal_width: Type.Number(), petal_length: Type.Number(), petal_width: Type.Number() })
const Prediction = Type.Object({ sepal_length: Type.Number() })

export const predict = stage({
  name: 'predict',
  input: Flower,
  output: Prediction,
  batch: { maxRows: 64, maxDelayMs: 10 },
  handler: onnxHandler(),
})

export default endpoint('/predictions/iris/{run_id}/{model_id}', predict, {
  models: modelCache({ store: fsStore('./models'), path: '/{run_id}/{model_id}/model.onnx', load: onnxModel() }),
})

if (isMain(import.meta)) await serve(import.meta, { port: 8000 })
