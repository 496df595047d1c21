/** Where copies on the way into and out of other libraries are counted. */
export interface CopyCounter {
  add(reason: 'arrow' | 'polars', bytes: number): void
}

/** A batch that knows where its copies are counted; that of a direct call does not. */
export interface CountingBatch {
  countCopy(reason: 'onnx-input' | 'onnx-output', bytes: number): void
}

export function countCopy(batch: object, reason: 'onnx-input' | 'onnx-output', bytes: number): void {
  if (isCounting(batch)) batch.countCopy(reason, bytes)
}

function isCounting(batch: object): batch is CountingBatch {
  return 'countCopy' in batch
}
