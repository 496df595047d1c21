import { bottleneckText, overallBottleneck } from '../../run/progress/bottleneck.ts'
import type { RunReport } from '../../run/run-report.ts'
import { rowsPerSecondOf } from './run-summary.ts'

/** What `cascade run --json` prints: schemas/run-report.json. */
export function runReportJson(reports: readonly RunReport[]): object {
  return {
    assets: reports.map((report) => ({
      ...report,
      rejectsFolder: report.rejectsFolder ?? null,
      rowsPerSecond: rowsPerSecondOf(report),
      bottleneck: bottleneckText(overallBottleneck(report)) ?? null,
    })),
  }
}
