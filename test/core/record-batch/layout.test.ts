import {
  type BufferRange,
  type ColumnLayout,
  defaultCapacity,
  type Field,
  layoutBatch,
  measureRecords,
} from '@redesmyn/core'
import { expect, test } from 'vitest'

const fields: readonly Field[] = [
  { name: 'x', type: { kind: 'float', bits: 64 }, isNullable: false },
  { name: 'text', type: { kind: 'utf8' }, isNullable: true },
  {
    name: 'tags',
    type: { kind: 'list', item: { name: 'item', type: { kind: 'utf8' }, isNullable: false } },
    isNullable: false,
  },
  {
    name: 'point',
    type: {
      kind: 'struct',
      fields: [
        { name: 'label', type: { kind: 'utf8' }, isNullable: false },
        { name: 'isNear', type: { kind: 'bool' }, isNullable: false },
      ],
    },
    isNullable: false,
  },
]

function rangesOf({ validity, offsets, values, children }: ColumnLayout): BufferRange[] {
  return [validity, offsets, values].flatMap((range) => range ?? []).concat(children.flatMap(rangesOf))
}

test('buffers follow each other in schema order, each on a multiple of 64', () => {
  const layout = layoutBatch(fields, defaultCapacity(fields, 10), 64)

  const ranges = layout.columns.flatMap(rangesOf)

  let end = 64
  for (const { byteOffset, byteLength } of ranges) {
    expect(byteOffset).toBe(end)
    end += Math.ceil(byteLength / 64) * 64
  }
  expect(layout.byteOffset).toBe(64)
  expect(layout.byteLength).toBe(end - 64)
})

test('only nullable columns have validity bits, only texts and lists have offsets', () => {
  const { columns } = layoutBatch(fields, defaultCapacity(fields, 10))

  expect(columns.map(({ validity }) => validity !== undefined)).toEqual([false, true, false, false])
  expect(columns.map(({ offsets }) => offsets !== undefined)).toEqual([false, true, true, false])
})

test('records are measured to the byte, node by node, depth first', () => {
  const records = [
    { x: 1, text: 'é', tags: ['a', 'bc'], point: { label: '😀', isNear: true } },
    { x: 2, text: null, tags: [], point: { label: '\ud800', isNear: false } },
    { x: 3, text: 'not measured', tags: ['nor this'], point: { label: '', isNear: false } },
  ]

  expect(measureRecords(fields, records, 0, 2)).toEqual({ rows: 2, variable: [2, 2, 3, 7] })
})

test('without knowing the data a text gets 64 bytes a row and a list as many items as 64 bytes hold', () => {
  const floats: Field = {
    name: 'v',
    type: { kind: 'list', item: { name: 'item', type: { kind: 'float', bits: 32 }, isNullable: false } },
    isNullable: false,
  }

  expect(defaultCapacity([...fields, floats], 10)).toEqual({ rows: 10, variable: [640, 40, 640, 640, 160] })
  expect(defaultCapacity([floats], 10, 4096)).toEqual({ rows: 10, variable: [10_240] })
})
