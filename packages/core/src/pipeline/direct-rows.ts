import type { AnyStage } from '../stage/any-stage.ts'
import type { AnyCallOptions } from '../stage/call-options.ts'
import type { DirectCall } from '../stage/direct-call.ts'
import { type Mixed, partitionedOptions } from '../stage/partitioned-options.ts'
import { recordOf } from '../stage/record-of.ts'
import { inStage } from './direct-steps.ts'

export interface StageToCall {
  readonly stage: AnyStage
  readonly call: DirectCall
}

/** What each of some records gave. */
type Answers = readonly (readonly unknown[])[]

/** Rows of one direct call on their way through stages. From where they come apart by key they stay so to the end. */
export class DirectRows {
  readonly #calls: readonly StageToCall[]
  readonly #mixed: Mixed
  /** The options of a stage, with the time that is left. Throws where none is. */
  readonly #time: (stage: AnyStage) => AnyCallOptions

  constructor(calls: readonly StageToCall[], mixed: Mixed, time: (stage: AnyStage) => AnyCallOptions) {
    this.#calls = calls
    this.#mixed = mixed
    this.#time = time
  }

  async run(records: readonly unknown[], options: AnyCallOptions): Promise<readonly unknown[]> {
    return (await this.#through(0, records, options)).flat()
  }

  async #through(index: number, rows: readonly unknown[], options: AnyCallOptions): Promise<Answers> {
    if (index === this.#calls.length) return rows.map((row) => [row])
    const { stage, call } = this.#calls[index]
    const records = index === 0 ? rows : rows.map((row) => recordOf(row, stage))
    const mixed = index === 0 ? this.#mixed : 'split'
    const partitions = await inStage(stage, options, () => call.partitions(records))
    const own = partitionedOptions(stage, partitions, { options, mixed })
    const answers: (readonly unknown[])[] = []
    for (const [place, partition] of partitions.entries()) {
      const given = partition.rows.map((row) => records[row])
      const answered = await this.#call(index, given, own[place])
      for (const [at, row] of partition.rows.entries()) answers[row] = answered[at]
    }
    return answers
  }

  async #call(index: number, records: readonly unknown[], options: AnyCallOptions): Promise<Answers> {
    const { stage, call } = this.#calls[index]
    const timed = { ...this.#time(stage), ...paramsOf(options) }
    const answered = await inStage(stage, options, () => call.answers(records, timed))
    const onward = await this.#through(index + 1, answered.flat(), options)
    let place = 0
    return answered.map(({ length }) => {
      place += length
      return onward.slice(place - length, place).flat()
    })
  }
}

function paramsOf({ params }: AnyCallOptions): AnyCallOptions {
  return params === undefined ? {} : { params }
}
