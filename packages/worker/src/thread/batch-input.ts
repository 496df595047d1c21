import { type Field, layoutBatch, type BatchLayout, PipelineError, projectLayout, RecordBatch } from '@redesmyn/core'
import type { SlabPart } from '../memory/slab-layout.ts'
import { sourceKind } from '../memory/slab-header.ts'
import type { SpilledOutput } from './protocol.ts'
import type { SlabView } from './slab-view.ts'
import type { SlabViews } from './slab-views.ts'

/** The rows of a batch, as columns of the stage that gets them. */
export interface BatchInput {
  readonly batch: RecordBatch
  readonly columnNames: readonly string[]
  /** See `PolarsParts`; `undefined` where the rows lie with an earlier stage, which may be reading them too. */
  readonly head: SlabPart | undefined
}

/** Finds the rows of batches: in their own slab, or where an earlier stage has left them. Nothing is copied. */
export class BatchInputs {
  readonly #slabs: SlabViews
  /** The stage's declared columns; `undefined`: whatever comes. */
  readonly #fields: readonly Field[] | undefined
  /** By the layout of the place they lie in: a slab comes again and again. */
  readonly #projected = new WeakMap<BatchLayout, BatchLayout>()

  constructor(slabs: SlabViews, fields: readonly Field[] | undefined) {
    this.#slabs = slabs
    this.#fields = fields
  }

  open(view: SlabView, spilled: SpilledOutput | undefined): BatchInput {
    const { header } = view
    const { rowCount, sourceRow } = header
    if (header.sourceKind === sourceKind.own) {
      return { batch: view.input(rowCount), columnNames: view.columnNames, head: view.layout.head }
    }
    const [layout, buffer] = this.#find(view, spilled)
    const all = new RecordBatch(this.#project(layout), buffer, sourceRow + rowCount)
    const batch = sourceRow === 0 ? all : all.slice(sourceRow, sourceRow + rowCount)
    return { batch, columnNames: batch.fields.map(({ name }) => name), head: undefined }
  }

  #find({ header }: SlabView, spilled: SpilledOutput | undefined): readonly [BatchLayout, SharedArrayBuffer] {
    if (header.sourceKind === sourceKind.spilled) {
      if (spilled === undefined) throw new PipelineError('INTERNAL', 'a batch came without the rows it reads')
      return [spilled.layout ?? layoutBatch(spilled.fields, spilled.capacity), spilled.buffer]
    }
    const { layout, buffer } = this.#slabs.view(header.sourceSlab)
    const place = header.sourceKind === sourceKind.input ? layout.input : layout.output
    if (place === undefined)
      throw new PipelineError('INTERNAL', 'a batch reads outputs of which the columns are unknown')
    return [place, buffer]
  }

  #project(layout: BatchLayout): BatchLayout {
    if (this.#fields === undefined) return layout
    const known = this.#projected.get(layout)
    if (known !== undefined) return known
    const projected = projectLayout(layout, this.#fields)
    if (projected === undefined) throw new PipelineError('INTERNAL', 'a batch reads columns of other types')
    this.#projected.set(layout, projected)
    return projected
  }
}
