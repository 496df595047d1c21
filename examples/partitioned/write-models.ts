import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isMain } from '@redesmyn/worker'
import { encodeModel } from '../onnx/encode-model.ts'
import { type LinearModel, linearGraph } from '../onnx/linear-graph.ts'

interface RegionModel extends LinearModel {
  readonly region: string
}

const standard = { mean: [10, 12], scale: [8, 2.5] }

/** Predict the megawatts of a region from the temperature and the hours of daylight. */
export const regionModels: readonly RegionModel[] = [
  { ...standard, region: 'north', coefficients: [-310.5, -42.25], intercept: 2150 },
  { ...standard, region: 'south', coefficients: [120.75, -18.5], intercept: 1480 },
  { ...standard, region: 'west', coefficients: [-95.125, 7.75], intercept: 860 },
]

export function encodeRegionModel(model: RegionModel): Uint8Array {
  return encodeModel(linearGraph('megawatts', model))
}

/** One file a region. */
export async function writeRegionModels(folder: URL): Promise<void> {
  await mkdir(fileURLToPath(folder), { recursive: true })
  for (const model of regionModels) {
    await writeFile(new URL(`./${model.region}.onnx`, folder), encodeRegionModel(model))
  }
}

// From dist/partitioned to partitioned/models, beside the app that is served from its source.
if (isMain(import.meta)) await writeRegionModels(new URL('../../partitioned/models/', import.meta.url))
