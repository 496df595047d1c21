/** What a run of several assets came to, by their names, in the order in which they ended. */
export interface GraphReport<Result> {
  readonly outcomes: ReadonlyMap<string, AssetOutcome<Result>>
}

export type AssetOutcome<Result> =
  | { readonly state: 'made'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: unknown }
  /** Something that it is made of, however far up, could not be made. */
  | { readonly state: 'skipped'; readonly because: string }
