import type { K8sOptions, VolumeClaim } from './k8s-options.ts'
import { labelsOf } from './manifest.ts'

/** What differs between the pods of one app. */
export interface PodParts {
  /** Of the objects that the pod belongs to. */
  readonly name: string
  /** Beside name, image, resources and volumes. */
  readonly container: Readonly<Record<string, unknown>> & { readonly name: string }
  readonly spec: Readonly<Record<string, unknown>>
}

/** A pod of one container. No limit on processors is set: it would stop every thread in the middle of a batch. */
export function podTemplate({ name, container, spec }: PodParts, options: K8sOptions): object {
  const { image, cpu, memory, volumes } = options
  const { name: containerName, ...rest } = container
  return {
    metadata: { labels: labelsOf(name) },
    spec: {
      ...spec,
      containers: [
        {
          name: containerName,
          image,
          ...rest,
          resources: { requests: { cpu, memory }, limits: { memory } },
          ...(volumes.length > 0 && { volumeMounts: volumes.map(mountOf) }),
        },
      ],
      ...(volumes.length > 0 && { volumes: volumes.map(volumeOf) }),
    },
  }
}

function mountOf({ claim, path }: VolumeClaim): object {
  return { name: claim, mountPath: path }
}

function volumeOf({ claim }: VolumeClaim): object {
  return { name: claim, persistentVolumeClaim: { claimName: claim } }
}
