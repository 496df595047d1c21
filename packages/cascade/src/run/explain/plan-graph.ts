import { formatCount, formatNumberOf, formatSize } from '../progress/figures.ts'
import type { ExplainDocument, SourceDocument, StageDocument } from './explain-document.ts'

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
  const { asset, sources, stages, rejects, batchRows } = document
  const from = sources.map((source, index): PlanNode => {
    const id = sources.length === 1 ? 'source' : `source${index + 1}`
    return { id, kind: 'source', lines: sourceLines(source, document) }
  })
  const road = [...workNodes(document), sinkNode(document)]
  const given = stages.map(({ output }) => output?.length)
  const isFrame = document.kind === 'frame'
  const edges = [
    ...sources.map(({ columns }, index) => {
      return edge(from[index].id, road[0].id, edgeText(columns.length, isFrame ? undefined : batchRows))
    }),
    ...road.slice(1).map(({ id }, index) => {
      return edge(road[index].id, id, edgeText(isFrame ? document.sink.columns.length : given[index], undefined))
    }),
  ]
  if (rejects === null) return { title: asset, nodes: [...from, ...road], edges }
  const aside = [...from, ...road.slice(0, -1)].map(({ id }) => ({ ...edge(id, 'rejects', ''), isAside: true }))
  const rejectsNode: PlanNode = { id: 'rejects', kind: 'rejects', lines: ['rejects', rejects.folder] }
  return { title: asset, nodes: [...from, ...road, rejectsNode], edges: [...edges, ...aside] }
}

function workNodes({ kind, asset, stages }: ExplainDocument): readonly PlanNode[] {
  if (kind === 'frame') return [{ id: 'make', kind: 'stage', lines: [asset, 'one function over all rows'] }]
  return stages.map((stage, index) => ({ id: `stage${index + 1}`, kind: 'stage', lines: stageLines(stage) }))
}

function sinkNode({ sink, parts, waitsFor }: ExplainDocument): PlanNode {
  const made = waitsFor.length > 0 ? 'exactly once' : `${formatNumberOf(parts.total, 'part')}, exactly once`
  return { id: 'sink', kind: 'sink', lines: [sink.folder, sink.format, made] }
}

function edge(from: string, to: string, label: string): PlanEdge {
  return { from, to, label, isAside: false }
}

function sourceLines(source: SourceDocument, { waitsFor }: ExplainDocument): readonly string[] {
  const { name, format, files, byteLength, rowCount } = source
  if (waitsFor.includes(name)) return [name, format, 'not made yet']
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
