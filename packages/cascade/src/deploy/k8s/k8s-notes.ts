import type { Manifest } from './manifest.ts'

/** What stands in front of the manifests, for people. */
export function k8sNotes(manifests: readonly Manifest[]): readonly string[] {
  const [run, commit] = manifests.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata)
  const origin = 'Written by "cascade deploy k8s": give other flags and write it anew.'
  if (commit === undefined) return [origin]
  const within = run.namespace === undefined ? '' : ` --namespace ${run.namespace}`
  return [
    origin,
    'Once every shard has ended, the other job commits what they have made:',
    `  kubectl wait${within} --for=condition=complete --timeout=-1s job/${run.name}`,
    `  kubectl patch${within} job/${commit.name} --type=merge --patch '{"spec":{"suspend":false}}'`,
  ]
}
