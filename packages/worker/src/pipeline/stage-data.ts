import type { SlotKeeperParts } from '../thread/slot-keeper.ts'
import type { RunningStageParts } from './running-stage-parts.ts'

/** What every slot of a stage is told when it starts. */
export function stageData(parts: RunningStageParts): SlotKeeperParts['data'] {
  const { stage, app, modelled, requestIdSuffix, logLevel, logFormat, logFile, logFacts } = parts
  return {
    appUrl: app.url,
    appFolder: app.folder,
    overrides: app.overrides ?? [],
    stageName: stage.name,
    rows: parts.rows ?? 'requests',
    fused: parts.fused ?? [],
    modelsOf: modelled?.owner,
    requestIdSuffix,
    checkWrites: stage.config.checkWrites ?? parts.checkWrites,
    logLevel,
    logFormat,
    logFile,
    ...(logFacts && { logFacts }),
  }
}
