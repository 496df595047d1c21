import type { Compile, RecordSchema } from '@redesmyn/core'
import { BoolColumn } from '../text/bool-column.ts'
import type { ColumnScanner } from '../text/column-scanner.ts'
import type { Decimal } from '../text/decimal.ts'
import { rulesOfFields } from '../text/field-rules.ts'
import { openNumberColumn } from '../text/open-number-column.ts'
import { JsonCheckedColumn } from './json-checked-column.ts'
import { JsonTextColumn } from './json-text-column.ts'

/** For each column of a schema what reads its values from JSON. */
export function openJsonColumns(schema: RecordSchema, decimal: Decimal, compile: Compile): readonly ColumnScanner[] {
  return rulesOfFields(schema).map((rules) => {
    if (rules.isPlainText) return new JsonTextColumn(rules)
    if (rules.isPlainBool) return new BoolColumn(rules)
    return openNumberColumn(rules, decimal) ?? new JsonCheckedColumn(rules, decimal, compile)
  })
}
