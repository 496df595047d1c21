import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, type SourceFile } from './source-file.ts'

const sources = filesUnder('packages', ['.ts']).filter(({ path }) => path.includes('/src/'))
const written = [...sources, ...['bench', 'examples', 'test'].flatMap((folder) => filesUnder(folder, ['.ts']))]

/** Modules that something outside loads by their default export. */
const defaultExportAllowed = /(-entry|\/entry)\.ts$/

test('files and folders are named in kebab-case', () => {
  const wrong = written.filter(({ path }) => !path.split('/').every((part) => /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(part)))

  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('no file or folder is a drawer for what found no place', () => {
  // What is shared may be said, as in shared-stage; a place for whatever is shared is a drawer.
  const drawer = /(^|[/-])(utils?|helpers?|common|misc|lib)([/.-]|$)|(^|\/)shared([/.]|$)/

  expect(written.filter(({ path }) => drawer.test(path)).map(({ path }) => path)).toEqual([])
})

test('a source file has at most 300 lines', () => {
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length }))
    .filter(({ lines }) => lines > 301)

  expect(long).toEqual([])
})

test('a package index lists its exports by name, and is nothing but exports', () => {
  const wrong = sources
    .filter(({ path }) => basename(path) === 'index.ts')
    .flatMap((file) =>
      statementsOf(file)
        .filter((statement) => !/^export (type )?\{[^*]*\} from '(\.\/[^']+\.ts|@redesmyn\/core)'$/.test(statement))
        .map((statement) => `${file.path}: ${statement}`),
    )

  expect(wrong).toEqual([])
  expect(sources.filter(({ path }) => path.endsWith('index.ts')).map(({ path }) => path)).toHaveLength(3)
})

test('there is no any, no enum, no namespace, no default export and no export of everything', () => {
  const rules: readonly (readonly [name: string, pattern: RegExp])[] = [
    ['any', /(:|<|\bas|\|)\s*any\b/],
    ['enum', /^\s*(export )?(const )?enum\b/m],
    ['namespace', /^\s*(export )?(declare )?namespace\b/m],
    ['export *', /^export \*/m],
    ['private', /^\s*private (?!constructor\b)/m],
    ['suppression', /@ts-ignore|@ts-nocheck|oxlint-disable(?!-next-line \S+ -- )/],
  ]
  const wrong = sources.flatMap(({ path, code, text }) =>
    rules
      .filter(([name, pattern]) => pattern.test(name === 'suppression' ? text : code))
      .map(([name]) => `${path}: ${name}`),
  )
  const defaults = sources.filter(
    ({ path, code }) => /^export default\b/m.test(code) && !defaultExportAllowed.test(path),
  )

  expect(wrong).toEqual([])
  expect(defaults.map(({ path }) => path)).toEqual([])
})

test('nothing is left for later in a comment', () => {
  const note = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'X', 'X'].join('')})\\b`)

  expect(written.filter(({ text }) => note.test(text)).map(({ path }) => path)).toEqual([])
})

test('a test title names at most three rows', () => {
  const titles = filesUnder('test', ['.test.ts']).flatMap(({ path, text }) =>
    [...text.matchAll(/\btest(?:\.\w+(?:\([^)]*\))?)?\(\s*(['`])(.*?)\1\s*,/g)].map(([, , title = '']) => ({
      path,
      title,
    })),
  )
  const crowded = titles.filter(({ title }) => (title.match(/\b[RMC]\d+\b/g) ?? []).length > 3)

  expect(crowded).toEqual([])
})

function statementsOf({ code }: SourceFile): string[] {
  return code
    .split(/\n(?=export|import|const|function|class)/)
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '')
}
