import { describe, expect, test } from 'vitest'
import { analysisText } from '../../../../packages/cascade/dist/run/explain/analysis-text.js'
import { explainDocument } from '../../../../packages/cascade/dist/run/explain/explain-document.js'
import { explainText } from '../../../../packages/cascade/dist/run/explain/explain-text.js'
import { planDot } from '../../../../packages/cascade/dist/run/explain/plan-dot.js'
import { planGraph } from '../../../../packages/cascade/dist/run/explain/plan-graph.js'
import { planMermaid } from '../../../../packages/cascade/dist/run/explain/plan-mermaid.js'
import { samplePlan } from '../sample-plan.ts'
import { sampleReport } from '../sample-report.ts'
import { sampleStep } from '../sample-status.ts'

const document = explainDocument(samplePlan())

describe('an explained plan', () => {
  test('C97 as text says placement, guarantee, schema, windows, memory, what is not read, and what is left', () => {
    expect(`\n${explainText(document)}`).toMatchInlineSnapshot(`
      "
      scored: 2 of 3 parts to make

      source   trips: parquet, 2 files, 6.00 MiB, 150,000 rows
               /data/trips/a.parquet: 3.00 MiB, 2 parts
               /data/trips/b.parquet: 3.00 MiB, 1 part
               reads 2 of 12 columns, the others are left on disk
               distance: float64, tip: float64 or null
      parts    up to 50,000 rows, 128 MiB
      batches  up to 65,536 rows, cut at fixed rows of each part
      stage    featurise: 2 threads; pure, a row runs at most once
               gives features: float64
      stage    score: in the call of the stage before; pure, a row runs at most once
               gives fare: float64
      sink     /data/out/scored: parquet (snappy)
               each row exactly once, by commit record; files can be seen as parts are committed
               fare: float64
      rejects  /data/out/rejected: up to 1 % of the rows
      windows  2 parts and 12 batches at once, of up to 380 MiB
      memory   up to 600 MiB; 120 MiB are needed
               the process: 104 MiB
               4 batches: 16.0 MiB
      resume   1 of 3 parts were committed before
      code     b3f1
      "
    `)
  })

  test('C97 is the same every time', () => {
    expect(explainText(explainDocument(samplePlan()))).toBe(explainText(document))
    expect(JSON.stringify(explainDocument(samplePlan()))).toBe(JSON.stringify(document))
  })

  test('C97 as Mermaid is a flowchart that can be parsed', () => {
    const text = planMermaid(planGraph(document))

    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      ---
      title: "scored"
      ---
      flowchart LR
        source[("trips<br/>parquet<br/>2 files, 6.00 MiB<br/>150,000 rows")]
        stage1["featurise<br/>2 × thread"]
        stage2["score<br/>same call"]
        sink[("/data/out/scored<br/>parquet<br/>3 parts, exactly once")]
        rejects[/"rejects<br/>/data/out/rejected"/]
        source -->|"2 columns, batches of 65,536"| stage1
        stage1 -->|"1 column"| stage2
        stage2 -->|"1 column"| sink
        source -.-> rejects
        stage1 -.-> rejects
        stage2 -.-> rejects
      "
    `)
    expect(mermaidProblems(text)).toEqual([])
  })

  test('C97 as DOT is a graph that can be parsed', () => {
    const text = planDot(planGraph(document))

    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      digraph "scored" {
        rankdir=LR
        node [fontname="sans-serif"]
        source [shape=cylinder, label="trips\\nparquet\\n2 files, 6.00 MiB\\n150,000 rows"]
        stage1 [shape=box, label="featurise\\n2 × thread"]
        stage2 [shape=box, label="score\\nsame call"]
        sink [shape=cylinder, label="/data/out/scored\\nparquet\\n3 parts, exactly once"]
        rejects [shape=note, label="rejects\\n/data/out/rejected"]
        source -> stage1 [label="2 columns, batches of 65,536"]
        stage1 -> stage2 [label="1 column"]
        stage2 -> sink [label="1 column"]
        source -> rejects [label="", style=dashed]
        stage1 -> rejects [label="", style=dashed]
        stage2 -> rejects [label="", style=dashed]
      }
      "
    `)
    expect(dotProblems(text)).toEqual([])
  })

  test('names that mean something to Mermaid and DOT do not break them', () => {
    const { plan, ...rest } = samplePlan()
    const odd = samplePlan({
      ...rest,
      plan: { ...plan, asset: 'a "b"\\', output: { ...plan.output, folder: '/a"];|<x>#1;' } },
    })
    const graph = planGraph(explainDocument(odd))

    expect(mermaidProblems(planMermaid(graph))).toEqual([])
    expect(dotProblems(planDot(graph))).toEqual([])
  })

  test('of an output that was begun with another plan lists the differences', () => {
    const changed = samplePlan({ resume: { state: 'changed', differences: ['partRows was 50000, is 100000'] } })

    expect(explainText(explainDocument(changed))).toContain(
      'resume   it was begun with another plan, a run would be refused\n         partRows was 50000, is 100000\n',
    )
  })

  test('of ten thousand files lists some, and counts the others', () => {
    const { sources } = samplePlan()
    const [source] = sources
    const files = Array.from({ length: 10_000 }, (_, index) => {
      return { ...source.files[0], path: `/data/${index}.parquet` }
    })
    const wide = samplePlan({ sources: [{ ...source, files }] })

    const text = explainText(explainDocument(wide))

    expect(text.split('\n').length).toBeLessThan(40)
    expect(text).toContain('and 9,995 more')
  })
})

describe('an explained plan of whole frames', () => {
  const { sources, plan } = samplePlan()
  const [trips] = sources
  const zones = { ...trips, name: 'zones', kind: 'asset' as const, files: [] }
  const frame = explainDocument(
    samplePlan({
      ...{ kind: 'frame', sources: [trips, zones], waitsFor: ['zones'], stages: [], openParts: [0] },
      ...{ rejects: undefined, windows: undefined, resume: { state: 'unknown' } },
      plan: { ...plan, stages: [] },
    }),
  )

  test('says what is made first, and that nothing is rejected and no memory bounded', () => {
    const text = explainText(frame)

    expect(text).toContain('scored: made after zones, which this run makes first')
    expect(text).toContain('source   zones: the asset, parquet, not made yet')
    expect(text).toContain('made     by one function, from all rows at once')
    expect(text).toContain('rejects  none')
    expect(text).toContain('--memory does not bound it')
    expect(text).toContain('resume   not known before')
  })

  test('is drawn with all that it is made of', () => {
    const graph = planGraph(frame)

    expect(graph.nodes.map(({ id }) => id)).toEqual(['source1', 'source2', 'make', 'sink'])
    expect(graph.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(['source1 make', 'source2 make', 'make sink'])
    expect(mermaidProblems(planMermaid(graph))).toEqual([])
    expect(dotProblems(planDot(graph))).toEqual([])
  })
})

describe('an analysed run', () => {
  test('says where the time of each step went, and names the slowest', () => {
    expect(`\n${analysisText(sampleReport())}`).toMatchInlineSnapshot(`
      "
      scored: 40.0 s; 16 commits: 0.02 s

      step       rows in  rows out  rejected  rows/s    work      busy  waited  bytes  blocked on
      trips      800,000   800,000         0  20.0 k  8.00 s  20% of 1  0.00 s    0 B  output
      featurise  800,000   800,000        12  20.0 k  40.0 s  50% of 2  0.00 s    0 B  output
      score      800,000   800,000         0  20.0 k    1:16  95% of 2  0.00 s    0 B
      scored     800,000   800,000         0  20.0 k  12.0 s  30% of 1  0.00 s    0 B  input

      Slowest: score. More threads for it (--threads) help as long as processors are idle.
      "
    `)
  })

  test('with little memory says what would help', () => {
    const steps = [sampleStep({ name: 'trips', kind: 'source', busyMs: 100, blockedOn: 'memory' as const })]

    expect(analysisText(sampleReport({ steps }))).toContain('Slowest: memory. More of it (--memory)')
  })
})

/** Lines that are no statement of the part of Mermaid's flowcharts that is written here. */
function mermaidProblems(text: string): readonly string[] {
  const [open, title, close, head, ...statements] = text.trimEnd().split('\n')
  const isHead = [open, close].every((line) => line === '---') && /^title: ".*"$/.test(title) && head === 'flowchart LR'
  const label = '"(?:[^"<>#&;|]|#\\d+;|<br/>)*"'
  const node = new RegExp(`^  \\w+(?:\\[\\(${label}\\)\\]|\\[/${label}/\\]|\\[${label}\\])$`)
  const edge = new RegExp(`^  \\w+ (?:-->|-\\.->)(?:\\|${label}\\|)? \\w+$`)
  return [...(isHead ? [] : [head]), ...statements.filter((line) => !node.test(line) && !edge.test(line))]
}

/** Lines that are no statement of the part of DOT that is written here. */
function dotProblems(text: string): readonly string[] {
  const lines = text.trimEnd().split('\n')
  const quoted = '"(?:[^"\\\\]|\\\\.)*"'
  const attributes = `\\[\\w+=(?:\\w+|${quoted})(?:, \\w+=(?:\\w+|${quoted}))*\\]`
  const statement = new RegExp(`^  (?:rankdir=LR|\\w+ ${attributes}|\\w+ -> \\w+ ${attributes})$`)
  const isWhole = new RegExp(`^digraph ${quoted} \\{$`).test(lines[0]) && lines.at(-1) === '}'
  return [...(isWhole ? [] : [lines[0]]), ...lines.slice(1, -1).filter((line) => !statement.test(line))]
}
