import type { Compile, RecordSchema } from '@redesmyn/core'
import { BoolColumn } from '../text/bool-column.ts'
import type { ColumnScanner } from '../text/column-scanner.ts'
import type { Decimal } from '../text/decimal.ts'
import { rulesOfFields } from '../text/field-rules.ts'
import { Int64Column } from '../text/int64-column.ts'
import { openNumberColumn } from '../text/open-number-column.ts'
import { CsvCheckedColumn } from './csv-checked-column.ts'
import { CsvTextColumn } from './csv-text-column.ts'
import { CsvTimeColumn } from './csv-time-column.ts'
import { CsvWordColumn } from './csv-word-column.ts'

/** For each column of a schema what reads its values from CSV. */
export function openCsvColumns(
  schema: RecordSchema,
  delimiter: number,
  decimal: Decimal,
  compile: Compile,
): readonly ColumnScanner[] {
  return rulesOfFields(schema).map((rules) => {
    if (rules.isPlainText) return new CsvTextColumn(rules, delimiter)
    if (rules.isPlainBool) return new CsvWordColumn(new BoolColumn(rules))
    const numbers = openNumberColumn(rules, decimal)
    if (numbers === undefined) return new CsvCheckedColumn(rules, delimiter, compile)
    const isTime = numbers instanceof Int64Column && rules.field.type.kind === 'timestamp'
    return new CsvWordColumn(isTime ? new CsvTimeColumn(numbers) : numbers)
  })
}
