import {
  type Batcher,
  Batcher as CoreBatcher,
  type BatchGroup,
  type BatchOutcome,
  type BatchPolicy,
  BatchWriter,
  type Capacity,
  defaultCapacity,
  type Field,
  type FormedBatch,
  JsonRows,
  layoutBatch,
  type PipelineError,
  type QueueBounds,
  RecordBatch,
  type RoomSource,
  type Span,
  type Waiter,
} from '@redesmyn/core'
import { type FakeClock, fakeClock } from '../../clock/fake-clock.ts'

const fields: readonly Field[] = [{ name: 'x', type: { kind: 'float', bits: 64 }, isNullable: false }]

export interface Room {
  readonly writer: BatchWriter
  readonly isView: boolean
  input(rowCount: number): RecordBatch
  readonly capacity: Capacity
  readonly fields: readonly Field[]
}

/** Plain memory for batches, with a bound on how many there are. */
export class Rooms implements RoomSource<Room> {
  open: (group: BatchGroup) => Room | undefined
  inUse = 0
  readonly #maxRooms: number

  constructor(maxRows: number, maxRooms: number) {
    this.#maxRooms = maxRooms
    this.open = (group) => this.#create(group.fields, defaultCapacity(group.fields, maxRows))
  }

  openFor(group: BatchGroup, capacity: Capacity): Room | undefined {
    return this.#create(group.fields, capacity)
  }

  openLike(room: Room): Room | undefined {
    return this.#create(room.fields, room.capacity)
  }

  release(): void {
    this.inUse--
  }

  #create(columns: readonly Field[], capacity: Capacity): Room | undefined {
    if (this.inUse >= this.#maxRooms) return undefined
    this.inUse++
    const layout = layoutBatch(columns, capacity, 0)
    const buffer = new ArrayBuffer(layout.byteLength)
    const input = (rowCount: number): RecordBatch => new RecordBatch(layout, buffer, rowCount)
    return { writer: new BatchWriter(layout, buffer), isView: false, input, capacity, fields: columns }
  }
}

/** A request of rows with the given x, which remembers what it hears. */
export class TestWaiter implements Waiter {
  readonly rows: JsonRows
  readonly group: BatchGroup
  readonly timeoutMs: number
  readonly clientRequestId = 'test'
  readonly requestNumber = 0
  readonly requestId = 'test'
  readonly query = ''
  readonly heard: { firstRow: number; xs: number[] }[] = []
  error: PipelineError | undefined

  constructor(
    xs: readonly number[],
    options: { key?: string; timeoutMs?: number; bytes?: number; fields?: readonly Field[] } = {},
  ) {
    const columns = options.fields ?? fields
    const records = xs.map((x) => Object.fromEntries(columns.map(({ name }) => [name, x])))
    this.rows = new JsonRows(records, columns, options.bytes ?? xs.length * 8)
    this.group = { key: options.key ?? '', fields: columns, params: {}, model: undefined }
    this.timeoutMs = options.timeoutMs ?? 3000
  }

  deliver(outcome: BatchOutcome, span: Span): void {
    const xs = Array.from({ length: span.rowCount }, (_, row) =>
      Number(outcome.output.columns[0].get(span.start + row)),
    )
    this.heard.push({ firstRow: span.firstRow, xs })
  }

  fail(error: PipelineError): void {
    this.error = error
  }
}

export interface TestStage {
  readonly clock: FakeClock
  readonly batcher: Batcher<Room>
  readonly rooms: Rooms
  /** How often there was something to take. */
  readyCount: number
  readonly abandoned: FormedBatch[]
  readonly copiedBytes: number[]
  /** Batches that the test says threads have begun. */
  readonly begun: FormedBatch[]
}

export interface TestStageOptions {
  readonly policy?: Partial<BatchPolicy>
  readonly queue?: Partial<QueueBounds>
  readonly maxRooms?: number
}

/** The serving batcher over plain memory and a clock that stands still. */
export function testStage(options: TestStageOptions = {}): TestStage {
  const clock = fakeClock()
  const maxDelayMs = options.policy?.maxDelayMs ?? 0
  const maxRows = options.policy?.maxRows ?? 256
  const policy = {
    maxRows,
    maxDelayMs,
    minRows: maxDelayMs === 0 ? 1 : maxRows,
    maxBytes: Number.POSITIVE_INFINITY,
    split: false,
    ...options.policy,
  }
  const rooms = new Rooms(maxRows, options.maxRooms ?? 1000)
  const stage = { clock, rooms, readyCount: 0, abandoned: [], copiedBytes: [], begun: [] } as Omit<TestStage, 'batcher'>
  const batcher = new CoreBatcher({
    policy,
    queue: { maxRows: 4096, maxBytes: 64 * 1024 * 1024, ...options.queue },
    clock,
    rooms,
    owner: {
      onReady: () => void stage.readyCount++,
      onAbandoned: (batch) => void stage.abandoned.push(batch),
      startedBatches: () => stage.begun,
      onCopied: (_, bytes) => void stage.copiedBytes.push(bytes),
      onDefect: (error) => {
        throw error
      },
    },
  })
  return Object.assign(stage, { batcher })
}

/** Takes every batch that is due. */
export function takeAll(stage: TestStage): FormedBatch<Room>[] {
  const batches: FormedBatch<Room>[] = []
  for (let batch = stage.batcher.take(); batch !== undefined; batch = stage.batcher.take()) batches.push(batch)
  return batches
}

/** Answers a batch with its own input, as an identity handler would. */
export function echo(stage: TestStage, batch: FormedBatch<Room>): void {
  const output = batch.room.input(batch.rowCount)
  const outcome: BatchOutcome = {
    output,
    json: (row) => JSON.stringify(output.row(row)),
    jsonPrediction: (row) => JSON.stringify(output.row(row)),
    errorOf: () => undefined,
    replyHeadOf: () => undefined,
  }
  stage.batcher.deliver(batch, outcome)
  stage.batcher.retire(batch)
}

export function xsOf(batch: FormedBatch<Room>): number[] {
  return batch.room.writer
    .batch()
    .rows()
    .map(({ x }) => Number(x))
}
