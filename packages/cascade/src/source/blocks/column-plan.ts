import {
  type ColumnSource,
  type ColumnType,
  type ColumnVector,
  describeType,
  type Field,
  findMismatch,
  isAssignable,
  PipelineError,
  pointerTo,
  type RecordBatch,
  ValueVector,
} from '@redesmyn/core'
import { inputName } from '../input/stdin-path.ts'
import { castColumn, castRange, type NumericRange, rowsOutside } from './column-cast.ts'
import { areCastLists, castLists, isRegular } from './list-cast.ts'

/** Why a row cannot be kept. */
export interface RowFault {
  readonly row: number
  readonly message: string
}

/** How each column of a schema comes from the columns of a file. */
export class ColumnPlan {
  readonly #columns: readonly PlannedColumn[]

  /** Throws SCHEMA_MISMATCH naming the file and its columns that are missing, or of a type that cannot be taken. */
  constructor(path: string, wanted: readonly Field[], given: readonly Field[]) {
    const problems = wanted.flatMap((field) => describeProblem(field, given) ?? [])
    if (problems.length > 0) {
      const message = `${inputName(path)} does not have the columns that are wanted: ${problems.join(', ')}`
      throw new PipelineError('SCHEMA_MISMATCH', message, { details: { file: path, columns: problems } })
    }
    this.#columns = wanted.map((field) => planColumn(field, given))
  }

  /** The columns to copy from, in schema order. */
  sources(batch: RecordBatch): readonly ColumnSource[] {
    return this.#columns.map(({ field, index, range }) => {
      if (index < 0) return new ValueVector(field, batch.rowCount, () => null)
      const vector = batch.columnAt(index)
      if (areCastLists(field.type, vector.field.type)) return castLists(field, batch, index)
      if (range !== undefined) return castColumn(field, vector)
      if (hasSameShape(field.type, vector.field.type)) return vector
      return new ValueVector(field, batch.rowCount, (row) => vector.get(row))
    })
  }

  /** Values that the types of the columns rule out, the first of each row; in no order. */
  faults(batch: RecordBatch): readonly RowFault[] {
    return this.#columns.flatMap(({ field, index, range }) => {
      return index < 0 ? [] : findFaults(field, batch.columnAt(index), range)
    })
  }
}

/** What is wrong with the types of a file's columns, those that it lacks left aside: to be told before any row is read. */
export function typeProblems(wanted: readonly Field[], given: readonly Field[]): readonly string[] {
  const found = wanted.filter(({ name }) => given.some((column) => column.name === name))
  return found.flatMap((field) => describeProblem(field, given) ?? [])
}

interface PlannedColumn {
  readonly field: Field
  /** Of the file's column; -1 where it has none and null will do. */
  readonly index: number
  /** Where the values are to be looked at one by one. */
  readonly range: NumericRange | undefined
}

function planColumn(field: Field, given: readonly Field[]): PlannedColumn {
  const index = given.findIndex(({ name }) => name === field.name)
  const source = given[index]
  const isDirect = source === undefined || isAssignable(field.type, source.type)
  return { field, index, range: isDirect ? undefined : castRange(field.type, source.type) }
}

/** Whether columns inside each other are the same ones in the same order, so that one can be copied to the other. */
function hasSameShape(target: ColumnType, source: ColumnType): boolean {
  if (target.kind === 'struct' && source.kind === 'struct') {
    return (
      target.fields.length === source.fields.length &&
      target.fields.every(({ name, type }, index) => {
        const inner = source.fields[index]
        return inner.name === name && hasSameShape(type, inner.type)
      })
    )
  }
  const areLists = target.kind === 'list' || target.kind === 'fixed-list'
  if (areLists && source.kind === target.kind) return hasSameShape(target.item.type, source.item.type)
  return true
}

function describeProblem(field: Field, given: readonly Field[]): string | undefined {
  const source = given.find(({ name }) => name === field.name)
  if (source === undefined) return field.isNullable ? undefined : `"${field.name}" is missing`
  if (isAssignable(field.type, source.type) || areCastLists(field.type, source.type)) return undefined
  if (castRange(field.type, source.type) !== undefined) return undefined
  return `"${field.name}" is ${describeType(source.type)} and must be ${describeType(field.type)}`
}

function findFaults(field: Field, vector: ColumnVector, range: NumericRange | undefined): RowFault[] {
  const faults: RowFault[] = []
  if (range !== undefined) {
    for (const row of rowsOutside(vector, range)) {
      faults.push({
        row,
        message: `${pointerTo('', field.name)} must be ${describeType(field.type)}, got ${numberText(vector, row)}`,
      })
    }
  }
  const isNested = vector.kind === 'list' || vector.kind === 'fixed-list' || vector.kind === 'struct'
  if (!isNested && (field.isNullable || vector.nulls.count === 0)) return faults
  if (isNested && !mayLackValues(field, vector) && !mayDiffer(field, vector)) return faults
  for (let row = 0; row < vector.length; row++) {
    const found = isNested || vector.isNull(row) ? findMismatch(field, vector.get(row)) : undefined
    if (found === undefined) continue
    const pointer = `${pointerTo('', field.name)}${found.pointer}`
    faults.push({ row, message: `${pointer} must be ${found.expected}, got ${found.received}` })
  }
  return faults
}

function numberText(vector: ColumnVector, row: number): string {
  return vector.kind === 'number' || vector.kind === 'int64' ? `${vector.values[row]}` : vector.kind
}

/** Whether lists may have another number of items than they must. */
function mayDiffer({ type }: Field, vector: ColumnVector): boolean {
  return type.kind === 'fixed-list' && vector.kind === 'list' && !isRegular(vector, type.size)
}

/** Whether something is null that the field, or one inside it, rules out; a look at each value has to confirm it. */
function mayLackValues(field: Field, vector: ColumnVector): boolean {
  if (!field.isNullable && vector.nulls.count > 0) return true
  const { type } = field
  if (vector.kind === 'list' || vector.kind === 'fixed-list') {
    return (type.kind === 'list' || type.kind === 'fixed-list') && mayLackValues(type.item, vector.items)
  }
  if (vector.kind !== 'struct' || type.kind !== 'struct') return false
  return type.fields.some((child) => {
    const column = vector.columns.find((candidate) => candidate.field.name === child.name)
    return column === undefined ? !child.isNullable : mayLackValues(child, column)
  })
}
