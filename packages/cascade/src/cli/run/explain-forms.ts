import { PipelineError } from '@redesmyn/core'
import { type ExplainDocument, explainDocument } from '../../run/explain/explain-document.ts'
import { explainText } from '../../run/explain/explain-text.ts'
import type { ExplainedPlan } from '../../run/explain/explained-plan.ts'
import { planDot } from '../../run/explain/plan-dot.ts'
import { planGraph } from '../../run/explain/plan-graph.ts'
import { planMermaid } from '../../run/explain/plan-mermaid.ts'
import { jsonText } from '../json-text.ts'

const forms = ['text', 'json', 'mermaid', 'dot', 'analyze'] as const

/** What `--explain` may be given; `analyze` runs, the others only plan. */
export type ExplainForm = (typeof forms)[number]

/** Throws CONFIG_INVALID for any other word. */
export function readForm(given: string): ExplainForm {
  const form = forms.find((known) => known === given)
  if (form !== undefined) return form
  throw new PipelineError(
    'CONFIG_INVALID',
    `--explain must be one of ${forms.join(', ')}, got ${JSON.stringify(given)}`,
  )
}

const writers: { readonly [Form in Exclude<ExplainForm, 'analyze' | 'json'>]: (document: ExplainDocument) => string } =
  {
    text: explainText,
    mermaid: (document) => planMermaid(planGraph(document)),
    dot: (document) => planDot(planGraph(document)),
  }

export function explainPlans(plans: readonly ExplainedPlan[], form: Exclude<ExplainForm, 'analyze'>): string {
  const documents = plans.map(explainDocument)
  if (form === 'json') return jsonText({ assets: documents })
  return documents.map(writers[form]).join('\n')
}
