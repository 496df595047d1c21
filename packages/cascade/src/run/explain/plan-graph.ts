import { formatCount, formatNumberOf, formatSize } from '../progress/figures.ts'
import type { ExplainDocument, StageDocument } from './explain-document.ts'

/** A plan as boxes and arrows, for whatever draws them. */
export interface PlanGraph {
  readonly title: string
  readonly nodes: readonly PlanNode[]
  readonly edges: readonly PlanEdge[]
}

interface PlanNode {
  /** Letters and digits. */
  readonly id: string
  readonly kind: 'source' | 'stage' | 'sink' | 'rejects'
  readonly lines: readonly string[]
}

interface PlanEdge {
  readonly from: string
  readonly to: string
  readonly label: string
  /** The way of what goes wrong. */
  readonly isAside: boolean
}

export function planGraph(document: ExplainDocument): PlanGraph {
  const { asset, source, stages, sink, rejects, batchRows, parts } = document
  const source_: PlanNode = { id: 'source', kind: 'source', lines: sourceLines(document) }
  const stageNodes = stages.map(
    (stage, index): PlanNode => ({ id: `stage${index + 1}`, kind: 'stage', lines: stageLines(stage) }),
  )
  const sinkNode: PlanNode = {
    id: 'sink',
    kind: 'sink',
    lines: [sink.folder, sink.format, `${formatNumberOf(parts.total, 'part')}, exactly once`],
  }
  const road = [source_, ...stageNodes, sinkNode]
  const columns = [source.columns, ...stages.map(({ output }) => output)]
  const edges = road.slice(1).map(({ id }, index) => ({
    from: road[index].id,
    to: id,
    label: edgeText(columns[index]?.length, index === 0 ? batchRows : undefined),
    isAside: false,
  }))
  const aside = [source_, ...stageNodes].map(({ id }) => ({ from: id, to: 'rejects', label: '', isAside: true }))
  const rejectsNode: PlanNode = { id: 'rejects', kind: 'rejects', lines: ['rejects', rejects.folder] }
  return { title: asset, nodes: [...road, rejectsNode], edges: [...edges, ...aside] }
}

function sourceLines({ source }: ExplainDocument): readonly string[] {
  const { name, format, files, byteLength, rowCount } = source
  const size = `${formatNumberOf(files.length, 'file')}, ${formatSize(byteLength)}`
  return rowCount === null ? [name, format, size] : [name, format, size, formatNumberOf(rowCount, 'row')]
}

function stageLines({ name, placement, isolation, threads }: StageDocument): readonly string[] {
  if (placement !== 'service') return [name, placement]
  if (isolation === 'inline') return [name, 'main thread']
  return [name, threads === 0 ? 'same call' : `${threads} × ${isolation}`]
}

function edgeText(columns: number | undefined, batchRows: number | undefined): string {
  const told = columns === undefined ? 'any columns' : formatNumberOf(columns, 'column')
  return batchRows === undefined ? told : `${told}, batches of ${formatCount(batchRows)}`
}
