import type { AssetInput, AssetReport } from '../../run/asset-report.ts'
import { formatNumberOf, formatSize } from '../../run/progress/figures.ts'

/** What `cascade check` says of assets, for people; nothing where there are none. */
export function assetsText(assets: readonly AssetReport[]): string {
  if (assets.length === 0) return ''
  return `\n${assets.map(describeAsset).join('\n')}`
}

function describeAsset({ name, kind, inputs, stages, columns, folder, format }: AssetReport): string {
  const road = kind === 'frame' ? 'one function' : stages.join(' → ')
  const lines = [
    `asset     ${name}`,
    ...inputs.map((input) => `  from    ${describeInput(input)}`),
    `  through ${road}`,
    `  to      ${folder}, ${format}`,
    `  columns ${columns.map(({ name, type, isNullable }) => `${name}: ${type}${isNullable ? ' or null' : ''}`).join(', ')}`,
  ]
  return `${lines.join('\n')}\n`
}

function describeInput({ name, kind, files, rowCount }: AssetInput): string {
  if (files === undefined) return `${name}, ${kind === 'asset' ? 'an asset that is not made yet' : 'no files yet'}`
  const rows = rowCount === undefined ? '' : `, ${formatNumberOf(rowCount, 'row')}`
  return `${name}, ${formatNumberOf(files.count, 'file')}, ${formatSize(files.byteLength)}${rows}`
}
