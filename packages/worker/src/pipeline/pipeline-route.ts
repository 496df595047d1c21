import { type BatchGroup, type Clock, type Field, fingerprintFields } from '@redesmyn/core'
import { bucketKey } from './keyed-waiter.ts'
import { RowParting } from './row-parting.ts'
import type { RunningStage } from './running-stage.ts'

export interface PipelineRouteParts {
  /** In order, the ingress first; two at least. */
  readonly stages: readonly RunningStage[]
  /** The stage whose handler takes the endpoint's model; undefined where none does. */
  readonly modelStage: string | undefined
  readonly clock: Clock
}

/** The way of an endpoint's requests through running stages, some of which may be on other ways too. */
export class PipelineRoute {
  readonly stages: readonly RunningStage[]
  readonly #modelStage: string | undefined
  readonly #clock: Clock
  /** By stage: how rows come apart before it. */
  readonly #partings: readonly (RowParting | undefined)[]
  /** Of requests without parameters and model, which nearly all are: by stage. */
  readonly #plain: readonly (BatchGroup | undefined)[]

  constructor({ stages, modelStage, clock }: PipelineRouteParts) {
    this.stages = stages
    this.#modelStage = modelStage
    this.#clock = clock
    this.#partings = stages.map((stage) => RowParting.of(stage))
    this.#plain = stages.map(({ inputFields }) => inputFields && plainGroup(inputFields))
  }

  get lastIndex(): number {
    return this.stages.length - 1
  }

  /** How rows come apart on their way into a stage; undefined: not at all. */
  partingBefore(stageIndex: number): RowParting | undefined {
    return this.#partings[stageIndex]
  }

  nowMs(): number {
    return this.#clock.now()
  }

  /** Keeps room for rows in every stage behind the ingress, or in none. Throws QUEUE_FULL or DRAINING. */
  reserve(rowCount: number): void {
    for (let index = 1; index < this.stages.length; index++) {
      try {
        this.stages[index].reserve(rowCount)
      } catch (error) {
        for (let earlier = 1; earlier < index; earlier++) this.stages[earlier].unreserve(rowCount)
        throw error
      }
    }
  }

  /** Rows that have come as far as this stage will not come further. */
  unreserveAfter(stageIndex: number, rowCount: number): void {
    for (let index = stageIndex + 1; index < this.stages.length; index++) this.stages[index].unreserve(rowCount)
  }

  /**
   * What rows of a request have in common with others in a stage. `fields` are the columns they come with; those that
   * the stage declares count first. A model keeps rows apart only in the stage that takes it, a bucket only in the one
   * before which they came apart by it.
   */
  groupIn(stageIndex: number, { params, model, bucket }: BatchGroup, fields: readonly Field[]): BatchGroup {
    const { inputFields, name } = this.stages[stageIndex]
    const ownModel = name === this.#modelStage ? model : undefined
    const plain = this.#plain[stageIndex]
    if (plain !== undefined && ownModel === undefined && bucket === undefined && isEmpty(params)) return plain
    let key = inputFields === undefined ? fingerprintFields(fields) : ''
    for (const parameter in params) key += `\0${parameter}\0${withoutNul(params[parameter])}`
    if (ownModel !== undefined) key += `\0\0${ownModel.key}\0${ownModel.version}`
    if (bucket !== undefined) key += bucketKey(bucket)
    return { key, fields: inputFields ?? fields, params, model: ownModel }
  }
}

/** Of the path none holds a NUL, but what is a row's may: two of them here stand for one. */
function withoutNul(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\0\0') : value
}

function plainGroup(fields: readonly Field[]): BatchGroup {
  return { key: '', fields, params: {}, model: undefined }
}

function isEmpty(params: Readonly<Record<string, string>>): boolean {
  for (const _ in params) return false
  return true
}
