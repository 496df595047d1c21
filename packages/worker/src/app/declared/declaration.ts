/** What a declarative file says, its shape checked: values are checked where the same is checked for code. */
export interface Declaration {
  readonly stages: Readonly<Record<string, PlainObject>>
  readonly endpoints: readonly DeclaredEndpoint[]
  /** References to middleware and providers. */
  readonly use: readonly unknown[]
  readonly provide: readonly unknown[]
}

export type PlainObject = Readonly<Record<string, unknown>>

export interface DeclaredEndpoint {
  readonly path: string
  /** Names of stages, in order. */
  readonly stages: readonly string[]
  readonly options: PlainObject
}
