import { type ThriftStruct, thriftStructs, type ThriftValue, thriftType, withFields } from '../thrift/thrift-value.ts'
import { listOf, type ParquetFooter } from './parquet-footer.ts'

/** Numbers of fields, as the format's Thrift definition has them. */
const fileField = { schema: 2, metadata: 5, columnOrders: 7 } as const
const elementField = { name: 4, childCount: 5 } as const

/**
 * The footer of a file that has only these of its columns; row groups stay as they are. What Arrow's writers add to say
 * types in their own words goes, because it has to be about all columns or none.
 */
export function projectFooter(footer: ParquetFooter, names: ReadonlySet<string>): ParquetFooter {
  const struct = withFields(footer.struct, {
    [fileField.schema]: thriftStructs(projectSchema(listOf(footer.struct, fileField.schema), names)),
    [fileField.metadata]: undefined,
    [fileField.columnOrders]: undefined,
  })
  return { ...footer, struct }
}

/** The schema is a tree, depth first: each element says how many children follow it. */
function projectSchema([root, ...elements]: readonly ThriftStruct[], names: ReadonlySet<string>): ThriftStruct[] {
  const kept: ThriftStruct[] = []
  let columnCount = 0
  for (let index = 0; index < elements.length; ) {
    const end = endOfSubtree(elements, index)
    if (names.has(textOf(elements[index], elementField.name))) {
      kept.push(...elements.slice(index, end))
      columnCount++
    }
    index = end
  }
  const count: ThriftValue = { kind: 'int', type: thriftType.i32, value: columnCount }
  return [withFields(root, { [elementField.childCount]: count }), ...kept]
}

function endOfSubtree(elements: readonly ThriftStruct[], start: number): number {
  let end = start
  for (let open = 1; open > 0 && end < elements.length; end++) {
    const children = elements[end].fields.get(elementField.childCount)
    open += (children?.kind === 'int' ? children.value : 0) - 1
  }
  return end
}

function textOf(struct: ThriftStruct, id: number): string {
  const value = struct.fields.get(id)
  return value?.kind === 'bytes' ? new TextDecoder().decode(value.value) : ''
}
