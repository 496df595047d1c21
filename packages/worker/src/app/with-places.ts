import { type AnyMedium, type AnyStage, closestName, type Media, overMedium, PipelineError } from '@redesmyn/core'
import type { StagePlace } from '../config/stage-places.ts'
import type { LoadedApp } from './load-app.ts'

/** Makes of a placement, as it is written, what takes a stage's rows there. Throws CONFIG_INVALID naming the origin. */
export type ReadPlace = (place: StagePlace) => AnyMedium

/** An app whose stages run where somebody says, whatever its author wrote. Throws CONFIG_INVALID for stages that it lacks. */
export function withPlaces(app: LoadedApp, places: readonly StagePlace[], read: ReadPlace | undefined): LoadedApp {
  if (places.length === 0) return app
  const names = [...app.stages.keys(), ...app.configured]
  for (const { stage, origin } of places) if (!names.includes(stage)) throw unknownStage(stage, origin, names)
  if (read === undefined) {
    const message = `${places[0].origin} says where stages run, which only the command "cascade" can read: use cascade serve`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  const media = new Map(places.map((place) => [place.stage, read(place)]))
  const placed = (stage: AnyStage) => overMedia(stage, media)
  return {
    ...app,
    endpoints: app.endpoints.map((endpoint) => {
      const stages = endpoint.stages.map(placed)
      return Object.freeze({ ...endpoint, stage: stages[0], stages })
    }),
    stages: new Map([...app.stages].map(([name, stage]) => [name, placed(stage)])),
    media,
  }
}

/** The stage over the medium that is meant for it, or as it is. */
export function overMedia(stage: AnyStage, media: Media): AnyStage {
  const medium = media.get(stage.name) ?? media.get(stage.medium?.configuredAs ?? stage.name)
  return medium === undefined ? stage : overMedium(stage, medium)
}

function unknownStage(stage: string, origin: string, names: readonly string[]): PipelineError {
  const closest = closestName(stage, names)
  const hint = closest === undefined ? `expected ${names.join(', ')}` : `did you mean "${closest}"?`
  return new PipelineError('CONFIG_INVALID', `${origin}: the app has no stage "${stage}", ${hint}`)
}
