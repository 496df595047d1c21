import { type BatchGroup, type Clock, type Field, fingerprintFields } from '@redesmyn/core'
import { bucketKey } from './keyed-waiter.ts'
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
  /** Of requests without parameters and model, which nearly all are: by stage. */
  readonly #plain: readonly (BatchGroup | undefined)[]

  constructor({ stages, modelStage, clock }: PipelineRouteParts) {
    this.stages = stages
    this.#modelStage = modelStage
    this.#clock = clock
    this.#plain = stages.map(({ inputFields }) => inputFields && plainGroup(inputFields))
  }

  get lastIndex(): number {
    return this.stages.length - 1
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
   * the stage declares count first. A model keeps rows apart only in the stage that takes it.
   */
  groupIn(stageIndex: number, { params, model, bucket }: BatchGroup, fields: readonly Field[]): BatchGroup {
    const { inputFields, name } = this.stages[stageIndex]
    const ownModel = name === this.#modelStage ? model : undefined
    const plain = this.#plain[stageIndex]
    const isKeyed = stageIndex === 0 && bucket !== undefined
    if (plain !== undefined && ownModel === undefined && !isKeyed && isEmpty(params)) return plain
    let key = inputFields === undefined ? fingerprintFields(fields) : ''
    // No parameter holds a NUL: the path template refuses it.
    for (const parameter in params) key += `\0${parameter}\0${params[parameter]}`
    if (ownModel !== undefined) key += `\0\0${ownModel.key}\0${ownModel.version}`
    if (isKeyed) key += bucketKey(bucket)
    return { key, fields: inputFields ?? fields, params, model: ownModel }
  }
}

function plainGroup(fields: readonly Field[]): BatchGroup {
  return { key: '', fields, params: {}, model: undefined }
}

function isEmpty(params: Readonly<Record<string, string>>): boolean {
  for (const _ in params) return false
  return true
}
