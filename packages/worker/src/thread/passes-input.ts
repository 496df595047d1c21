import { type Field, type HandlerColumns, handlerColumn, isSameType, type RecordBatch } from '@redesmyn/core'

/** Whether a handler returned, for every output field, the input column of that name itself: then nothing is copied. */
export function passesInput(
  fields: readonly Field[] | undefined,
  columns: HandlerColumns,
  input: RecordBatch,
): boolean {
  if (fields === undefined) return false
  return fields.every((field) => {
    const place = input.fields.findIndex(({ name }) => name === field.name)
    if (place < 0 || !isSameField(field, input.fields[place])) return false
    return columns[field.name] === handlerColumn(input.columnAt(place))
  })
}

function isSameField(target: Field, source: Field): boolean {
  return target.isNullable === source.isNullable && isSameType(target.type, source.type)
}
