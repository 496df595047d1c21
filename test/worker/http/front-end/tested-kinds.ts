import type { TestedKind } from './allowed-differences.ts'

export const testedKinds: readonly TestedKind[] = ['uws', 'http']
