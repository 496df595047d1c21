/** A batch that tells which of its stage's output columns hold lists: one number a row is then a list of one. */
export interface ListingBatch {
  wantsLists(name: string): boolean
}

export function wantsLists(batch: object, name: string): boolean {
  return isListing(batch) && batch.wantsLists(name)
}

function isListing(batch: object): batch is ListingBatch {
  return 'wantsLists' in batch
}
