/** A batch that tells when its results were read; that of a direct call does not, and has its memory for itself. */
export interface LendingBatch {
  /** The handler's call is over: what an abandoned call would still read or write belongs to other batches now. */
  readonly isOver: boolean
  /** Calls back once that is so: memory that was lent for the results is free again. */
  whenOver(action: () => void): void
}

export function isOver(batch: object): boolean {
  return isLending(batch) && batch.isOver
}

export function whenOver(batch: object, action: () => void): void {
  if (isLending(batch)) batch.whenOver(action)
}

function isLending(batch: object): batch is LendingBatch {
  return 'isOver' in batch && 'whenOver' in batch
}
