import { type Compile, createRecordCheck, type RecordCheck, type RecordSchema } from '@redesmyn/core'
import { describeIssue } from '../describe-issue.ts'
import type { ReadRequest } from '../source-format.ts'

/** The compiled check of a schema, made when the first record needs it: most parts never do. */
export class SchemaCheck {
  readonly #schema: RecordSchema
  readonly #compile: Compile
  #check: RecordCheck | undefined

  constructor(schema: RecordSchema, compile: Compile) {
    this.#schema = schema
    this.#compile = compile
  }

  isValid(record: unknown): boolean {
    return this.#open().isValid(record)
  }

  /** Why a record is refused: the first issue, and how many more there are. */
  describe(record: unknown): string {
    const [first, ...others] = this.#open().issues(record, 0)
    if (first === undefined) return 'the record breaks the schema'
    const rest = others.length === 0 ? '' : ` (and ${others.length} more)`
    return `${describeIssue(first, record)}${rest}`
  }

  #open(): RecordCheck {
    this.#check ??= createRecordCheck(this.#schema, this.#compile, { coerce: false })
    return this.#check
  }
}

/** TypeBox's compiler: the app's own, or the one beside us. */
export async function compilerOf({ compile }: ReadRequest): Promise<Compile> {
  return compile ?? (await import('typebox/compile')).Compile
}
