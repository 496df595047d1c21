const mean = [3.0573333333333337, 3.7580000000000005, 1.1993333333333336] as const
const scale = [0.4344109677354946, 1.759404065775303, 0.7596926279021594] as const
const weights = [0.27928053548617143, 1.2166830818388885, -0.3932023658650099] as const
const intercept = 5.843333333333335

export type Features = readonly [sepalWidth: number, petalLength: number, petalWidth: number]

/** A linear model over scaled features. */
export function predictSepalLength(features: Features): number {
  return features.reduce(
    (sum, value, index) => sum + ((value - mean[index]) / scale[index]) * weights[index],
    intercept,
  )
}
