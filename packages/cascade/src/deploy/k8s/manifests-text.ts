import type { Manifest } from './manifest.ts'

/** As YAML, a document each, with lines for people in front. */
export async function manifestsYaml(manifests: readonly Manifest[], notes: readonly string[]): Promise<string> {
  const { stringify } = await import('yaml')
  const documents = manifests.map((manifest) => {
    return stringify(manifest, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false })
  })
  return notes.map((note) => `# ${note}\n`).join('') + documents.join('---\n')
}

/** As one object of the cluster's own kind. */
export function manifestList(manifests: readonly Manifest[]): object {
  return { apiVersion: 'v1', kind: 'List', items: manifests }
}
